import { RIGHTS } from '../../reactor/rights.ts'
import { REACTOR } from './dialect.ts'
import { FIELDS } from './list-parameters.ts'
import { BASE_PATH, type ReactorRoute } from './reactor-route.ts'
import { reactorUserDocument } from './user.ts'

const example = {
  data: {
    id: 'UR019aab641b027c4e8f517be1a8a1c0de',
    type: 'users',
    attributes: {
      active_org: 'default',
      display_name: 'desk',
      email: null,
      expires_in: null,
      job_function: null,
      organizations: {
        default: {
          name: 'default',
          admin: false,
          active: true,
          login_companies: ['CO019aab641b027c4e8f517be1a8a1c0de'],
          product_contexts: ['dma_reactor'],
          tenant_id: 'default',
        },
      },
    },
    relationships: {},
    links: { self: 'https://bursar.example/reactor/profile' },
    meta: { rights: [...RIGHTS], scopes: ['credentials:write'] },
  },
}

/** What is about the caller and the service, and below no resource. */
export const serviceRoutes: readonly ReactorRoute[] = [
  {
    dialect: REACTOR,
    method: 'GET',
    path: `${BASE_PATH}/profile`,
    operationId: 'getReactorProfile',
    tag: 'Reactor: service',
    summary: 'Read who is asking',
    scope: 'any',
    shared: [FIELDS],
    answer: { status: 200, description: 'The caller', schema: reactorUserDocument, example },
    errors: ['json_api.query'],
  },
  {
    dialect: REACTOR,
    method: 'GET',
    path: `${BASE_PATH}/heartbeat`,
    operationId: 'getReactorHeartbeat',
    tag: 'Reactor: service',
    summary: 'Ask whether the service works',
    description: 'It asks the database.',
    scope: 'any',
    answer: { status: 204, description: 'It does' },
    errors: [],
  },
]
