import { z } from 'zod'
import { NOTED, RELATIONSHIPS, type RelationshipFacts } from '../../reactor/relationships.ts'
import type { WrittenType } from '../../reactor/resource-definitions.ts'
import { type ResourceType, TYPES, wordsOf } from '../../reactor/resource-type.ts'
import { plainText } from '../query.ts'
import { REACTOR } from './dialect.ts'
import { exampleId, exampleInput, examplePatch } from './examples.ts'
import { CHANGED, INPUTS, isTypeOptional, PATCHES } from './inputs.ts'
import { libraryLinkageRoutes } from './library-linkage-routes.ts'
import { FIELDS } from './list-parameters.ts'
import { pascal } from './names.ts'
import {
  a,
  answerLinkage,
  answerNothing,
  answerOne,
  BASE_PATH,
  bodyOf,
  DOCUMENT_ERRORS,
  listing,
  of,
  type ReactorRoute,
  reactorCall,
  reading,
  tagOf,
} from './reactor-route.ts'
import { serviceRoutes } from './service-routes.ts'

/** Where resources of each type are made. */
const MADE_BELOW: ReadonlyArray<readonly [type: WrittenType, below: ResourceType]> = [
  ['properties', 'companies'],
  ['environments', 'properties'],
  ['hosts', 'properties'],
  ['secrets', 'properties'],
  ['extensions', 'properties'],
  ['data_elements', 'properties'],
  ['rules', 'properties'],
  ['rule_components', 'properties'],
  ['rule_components', 'rules'],
  ['libraries', 'properties'],
  ['builds', 'libraries'],
  ['callbacks', 'properties'],
  ...NOTED.map((type) => ['notes', type] as const),
]

const CREATING: Partial<Record<WrittenType, string>> = {
  properties: 'Secrets and rules exist where the platform is `edge`.',
  secrets: 'It is exchanged at once; the status is `pending` until that has ended.',
  extensions: 'Of the extension package that the relationship names.',
  builds: 'What keeps it from succeeding stands in the build. A body is not needed.',
  callbacks: 'It takes the scope `audit:read` as well.',
}

function creation([type, below]: readonly [WrittenType, ResourceType]): ReactorRoute {
  // A path that is named more than once says below what.
  const several = MADE_BELOW.filter(([other]) => other === type)[0]![1] !== below || type === 'notes'
  const body = bodyOf(INPUTS[type], exampleInput(type))
  return {
    ...reactorCall('POST', below, `/{id}/${type}`, {
      operationId: `createReactor${several ? of(below) : ''}${of(type)}`,
      summary: several ? `Create ${a(type)} of ${a(below)}` : `Create ${a(type)}`,
      tag: tagOf(type),
      ...(CREATING[type] !== undefined && { description: CREATING[type] }),
    }),
    resource: {
      type,
      attributes: type === 'extensions' || type === 'builds' ? 'optional' : 'required',
      ...(isTypeOptional(type) && { typed: 'optional' as const }),
    },
    shared: [FIELDS],
    body: type === 'builds' ? { ...body, optional: true } : body,
    answer: answerOne(type, 201),
    errors: [
      ...DOCUMENT_ERRORS,
      'json_api.client_id',
      'reactor.not_found',
      'reactor.not_unique',
      'reactor.conflict',
    ],
  }
}

/** Audit events are read as the trail of the whole broker is. */
const scopeOf = (type: ResourceType) => type === 'audit_events' && { scope: 'audit:read' }

const readings: readonly ReactorRoute[] = TYPES.map((type) => ({
  ...reactorCall('GET', type, '/{id}', {
    operationId: `getReactor${of(type)}`,
    summary: `Read ${a(type)}`,
  }),
  ...scopeOf(type),
  ...reading(type, false),
  errors: ['json_api.query', 'reactor.not_found'],
}))

const CHANGING: Partial<Record<WrittenType, string>> = {
  secrets:
    'What is left out stays, and it is exchanged anew. `meta.action` is `retry`, `test`, which takes the scope ' +
    '`tokens:reactor.…` as well, or `reauthorize`; nothing else is changed then.',
  builds: 'With the action `republish` the environment runs it again; all else stays as it is.',
  callbacks: 'It takes the scope `audit:read` as well. What waits to be delivered goes to the new address.',
  libraries: 'The name, the environment, or with `meta.action` the state.',
}
const REVISING = 'Of a head. With the action `revise` the answer is the new revision.'

const changes: readonly ReactorRoute[] = CHANGED.map((type) => ({
  ...reactorCall('PATCH', type, '/{id}', {
    operationId: `updateReactor${of(type)}`,
    summary: `Change ${a(type)}`,
    ...(Object.hasOwn(RELATIONSHIPS[type], 'revisions') && { description: REVISING }),
    ...(CHANGING[type] !== undefined && { description: CHANGING[type] }),
  }),
  resource: { type, attributes: 'optional' },
  shared: [FIELDS],
  body: bodyOf(PATCHES[type], examplePatch(type)),
  answer: answerOne(type),
  errors: [...DOCUMENT_ERRORS, 'reactor.not_found', 'reactor.not_unique', 'reactor.conflict'],
}))

const deletions: readonly ReactorRoute[] = CHANGED.filter((type) => type !== 'builds').map((type) => ({
  ...reactorCall('DELETE', type, '/{id}', {
    operationId: `deleteReactor${of(type)}`,
    summary: `Delete ${a(type)}`,
    ...(Object.hasOwn(RELATIONSHIPS[type], 'revisions') && {
      description: 'It is left out of later builds, and runs where it was built.',
    }),
  }),
  answer: answerNothing,
  errors: ['reactor.not_found', 'reactor.conflict'],
}))

const wholeLists: readonly ReactorRoute[] = (
  ['companies', 'extension_packages', 'audit_events'] as const
).map((type) => ({
  ...reactorCall('GET', type, '', {
    operationId: `listReactor${pascal(type)}`,
    summary: `List ${type.replaceAll('_', ' ')}`,
    ...(type === 'audit_events' && { description: 'Newest first, unless an order is asked for.' }),
  }),
  ...scopeOf(type),
  ...listing(type, `/${type}`),
  errors: ['json_api.query'],
}))

/** What a relationship leads to, below the resource that has it. */
function related(type: ResourceType, name: string, facts: RelationshipFacts): ReactorRoute {
  const to = facts.to as ResourceType
  const words = name.replaceAll('_', ' ')
  const verb = facts.many ? 'list' : 'get'
  const said = {
    operationId: `${verb}Reactor${of(type)}${pascal(name)}`,
    summary: `${facts.many ? 'List' : 'Read'} the ${words} of ${a(type)}`,
    // A list stands beside what makes one of its resources.
    tag: tagOf(facts.many ? to : type),
  }
  return {
    ...reactorCall('GET', type, `/{id}/${name}`, said),
    ...(facts.many
      ? listing(to, `/${type}/${exampleId(type)}/${name}`)
      : reading(to, facts.nullable === true)),
    errors: ['json_api.query', 'reactor.not_found'],
  }
}

/** A note is below what it is about, and nothing is below a note or an audit event. */
const shownRelationships = TYPES.flatMap((type) =>
  type === 'notes' || type === 'audit_events'
    ? []
    : Object.entries(RELATIONSHIPS[type]).map((one) => [type, ...one] as const),
)

const SHOWN_TYPES = TYPES.filter((type) => Object.values(RELATIONSHIPS[type]).some(({ shown }) => shown))

const linkages: readonly ReactorRoute[] = [
  {
    dialect: REACTOR,
    method: 'GET',
    path: `${BASE_PATH}/{type}/{id}/relationships/{name}`,
    operationId: 'getReactorRelationship',
    tag: 'Reactor: relationships',
    summary: 'Read the linkage of a relationship',
    description: 'Of one that the resource shows with `data`.',
    scope: 'credentials:read',
    params: z.strictObject({
      type: z.enum(SHOWN_TYPES),
      id: plainText(34).describe('Id of the resource'),
      name: plainText(64).describe('Name of the relationship'),
    }),
    answer: answerLinkage('secrets', 'environment', { to: 'environments' }),
    errors: ['request.not_found', 'reactor.not_found'],
  },
  {
    ...reactorCall('GET', 'rule_components', '/{id}/relationships/rule', {
      operationId: 'getReactorRuleComponentRuleLinkage',
      summary: 'Read which rule a rule component belongs to',
      description: "As Adobe's SDK asks for `rules`.",
    }),
    answer: answerLinkage('rule_components', 'rules', { to: 'rules', many: true }),
    errors: ['reactor.not_found'],
  },
]

/** A rule component has no revisions of its own; it is its own origin. */
const componentOrigin: ReactorRoute = {
  ...related('rule_components', 'origin', { to: 'rule_components' }),
  summary: `Read the ${wordsOf('rule_components')} again`,
}

/** Every call of the door of Reactor but the one for events, which has a door of its own. */
export const REACTOR_ROUTES: readonly ReactorRoute[] = [
  ...wholeLists,
  ...readings,
  ...MADE_BELOW.map(creation),
  ...changes,
  ...deletions,
  ...shownRelationships.map((one) => related(...one)),
  componentOrigin,
  ...libraryLinkageRoutes,
  ...linkages,
  ...serviceRoutes,
]
