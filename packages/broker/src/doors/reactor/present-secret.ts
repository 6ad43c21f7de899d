import { withoutTime } from '@bursar/domain/reactor/secrets/processing-error.ts'
import type { SecretView } from '../../operations/reactor/secret-rows.ts'
import { presentInstant, presentInstantOrNull, type ResourceObject } from './json-api/resource-object.ts'
import { resource, times } from './present.ts'

/** A secret without anything that is secret of it. */
export function presentSecret(base: string, view: SecretView): ResourceObject {
  const { row, body, environmentId, state } = view
  return resource(base, 'secrets', row.id, {
    attributes: {
      ...times(row),
      name: body.name,
      type_of: body.type_of,
      activated_at: presentInstantOrNull(state.activatedAt),
      expires_at: presentInstantOrNull(state.expiresAt),
      refresh_at: presentInstantOrNull(state.refreshAt),
      status: state.status,
      credentials: body.credentials,
    },
    relationships: {
      property: { data: { id: row.parentId, type: 'properties' } },
      environment: {
        data: environmentId === null ? null : { id: environmentId, type: 'environments' },
        ...(environmentId !== null && { meta: { stage: body.stage } }),
      },
      notes: {},
      data_elements: {},
    },
    meta: metaOf(view),
  })
}

function metaOf({ state, failures, authorization, test }: SecretView): Record<string, unknown> {
  const said = failures.length > 0
  return {
    ...(state.status === 'failed' && said && { status_details: { errors: failures.map(withoutTime) } }),
    ...(state.refreshStatus !== null && { refresh_status: state.refreshStatus }),
    ...(state.status === 'succeeded' && said && { refresh_status_details: { errors: failures } }),
    ...(authorization && {
      authorization_url: authorization.url,
      authorization_url_expires_at: presentInstant(authorization.expiresAt),
    }),
    ...(test && { test_exchange: test }),
  }
}
