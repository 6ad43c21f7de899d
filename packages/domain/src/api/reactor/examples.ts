import { RELATIONSHIPS, type RelationshipFacts } from '../../reactor/relationships.ts'
import type { WrittenType } from '../../reactor/resource-definitions.ts'
import { type ResourceType, resourceId } from '../../reactor/resource-type.ts'

type Json = Record<string, unknown>

const BASE = 'https://bursar.example/reactor'
const UUID = '019aab64-1b02-7c4e-8f51-7be1a8a1c0de'
const TOKEN = '5f0d2c1be7aa'
const SECRET_ELEMENT = 'core::dataElements::secret'

export const exampleId = (type: ResourceType): string => resourceId(type, UUID)

const times = { created_at: '2026-11-22T09:30:00.000Z', updated_at: '2026-11-22T09:30:00.000Z' }

const revisioned = {
  revision_number: 0,
  dirty: true,
  published: false,
  published_at: null,
  deleted_at: null,
  review_status: 'unsubmitted',
  ...times,
}

const secretSettings = JSON.stringify({
  secrets: { development: { id: exampleId('secrets'), name: 'crm-dev' } },
})

const WRITTEN: Readonly<Record<WrittenType, Json>> = {
  properties: { name: 'Orders', platform: 'edge' },
  environments: { name: 'Development', stage: 'development' },
  hosts: { name: 'Kept here', type_of: 'akamai' },
  secrets: {
    name: 'crm-dev',
    type_of: 'oauth2-client_credentials',
    credentials: {
      client_id: 'crm',
      client_secret: 'VqW9…',
      token_url: 'https://login.example.com/token',
      refresh_offset: 14_400,
    },
  },
  notes: { text: 'Renewed with the new client.' },
  extensions: { settings: '{}' },
  data_elements: { name: 'token of crm', delegate_descriptor_id: SECRET_ELEMENT, settings: secretSettings },
  rules: { name: 'Orders to CRM' },
  rule_components: {
    name: 'Send the order',
    delegate_descriptor_id: 'adobe-cloud-connector::actions::send-data',
    settings: '{"method":"POST","url":"https://crm.example.com/orders"}',
  },
  libraries: { name: 'Release 1' },
  builds: {},
  callbacks: { url: 'https://hooks.example.com/rules', subscriptions: ['rule.created', 'rule.updated'] },
}

const secretShown = {
  name: 'crm-dev',
  type_of: 'oauth2-client_credentials',
  credentials: { client_id: 'crm', token_url: 'https://login.example.com/token', refresh_offset: 14_400 },
  status: 'succeeded',
  activated_at: '2026-11-22T09:30:01.000Z',
  expires_at: '2026-11-23T09:30:01.000Z',
  refresh_at: '2026-11-23T05:30:01.000Z',
  ...times,
}

const sendData = {
  id: 'adobe-cloud-connector::actions::send-data',
  name: 'send-data',
  display_name: 'Make Fetch Call',
  schema: { type: 'object' },
}

const SHOWN: Readonly<Record<ResourceType, Json>> = {
  companies: { name: 'default', edge_enabled: true, ...times },
  properties: { ...WRITTEN.properties, enabled: true, token: TOKEN, ...times },
  environments: {
    ...WRITTEN.environments,
    archive: false,
    path: null,
    token: TOKEN,
    status: 'succeeded',
    ...times,
  },
  hosts: { ...WRITTEN.hosts, server: null, status: 'succeeded', ...times },
  secrets: secretShown,
  notes: {
    ...WRITTEN.notes,
    author_display_name: 'desk',
    author_email: null,
    created_at: times.created_at,
  },
  extension_packages: {
    name: 'adobe-cloud-connector',
    display_name: 'Adobe Cloud Connector',
    platform: 'edge',
    actions: [sendData],
    conditions: [],
    ...times,
  },
  extensions: {
    ...WRITTEN.extensions,
    name: 'core',
    display_name: 'Core',
    delegate_descriptor_id: null,
    enabled: true,
    ...revisioned,
  },
  data_elements: { ...WRITTEN.data_elements, enabled: true, ...revisioned },
  rules: { ...WRITTEN.rules, enabled: true, ...revisioned },
  rule_components: { ...WRITTEN.rule_components, order: 0, negate: false, ...times },
  libraries: {
    ...WRITTEN.libraries,
    state: 'development',
    published_at: null,
    build_required: true,
    ...times,
  },
  builds: { status: 'succeeded', token: TOKEN, ...times },
  callbacks: { ...WRITTEN.callbacks, ...times },
  audit_events: {
    type_of: 'property.created',
    display_name: 'Orders',
    attributed_to_display_name: 'desk',
    attributed_to_email: null,
    entity: JSON.stringify({ data: { id: exampleId('properties'), type: 'properties' } }),
    ...times,
  },
}

const META: Partial<Record<ResourceType, Json>> = {
  environments: { stage: 'development' },
  extensions: { latest_revision_number: 0 },
  data_elements: { latest_revision_number: 0 },
  rules: { latest_revision_number: 0 },
  libraries: { build_required_detail: 'It has no succeeded build of what is in it now.' },
  callbacks: { waiting: 0, last_failure: null },
  builds: { artifact_url: `${BASE}/edge/${exampleId('environments')}/events` },
}

export const exampleIdentifier = (type: ResourceType): Json => ({ type, id: exampleId(type) })

function linkageOf({ to, many }: Pick<RelationshipFacts, 'to' | 'many'>): unknown {
  const identifier = exampleIdentifier([to].flat()[0]!)
  return many ? [identifier] : identifier
}

/** A resource as an answer has it, some attributes left out for brevity. */
export function exampleResource(type: ResourceType): Json {
  const self = `${BASE}/${type}/${exampleId(type)}`
  const relationships = Object.entries(RELATIONSHIPS[type]).map(([name, facts]) => [
    name,
    { links: { related: `${self}/${name}` }, ...(facts.shown && { data: linkageOf(facts) }) },
  ])
  return {
    id: exampleId(type),
    type,
    attributes: SHOWN[type],
    relationships: Object.fromEntries(relationships),
    links: { self },
    meta: META[type] ?? {},
  }
}

/** A page of a list with this path below the door. */
export function examplePage(type: ResourceType, path: string): Json {
  const page = `${BASE}${path}?page%5Bnumber%5D=`
  return {
    data: [exampleResource(type)],
    links: { first: `${page}1`, prev: null, next: null, last: `${page}1` },
    meta: {
      pagination: { current_page: 1, next_page: null, prev_page: null, total_pages: 1, total_count: 1 },
    },
  }
}

/** Relationships without which nothing can be made. */
const NEEDED: Partial<Record<WrittenType, Json>> = {
  extensions: { extension_package: { data: exampleIdentifier('extension_packages') } },
  data_elements: { extension: { data: exampleIdentifier('extensions') } },
  secrets: { environment: { data: exampleIdentifier('environments') } },
  rule_components: {
    extension: { data: exampleIdentifier('extensions') },
    rules: { data: [exampleIdentifier('rules')] },
  },
  libraries: { environment: { data: exampleIdentifier('environments') } },
}

/** A document with a new resource. */
export const exampleInput = (type: WrittenType): Json => ({
  data: {
    type,
    ...(Object.keys(WRITTEN[type]).length > 0 && { attributes: WRITTEN[type] }),
    ...(NEEDED[type] && { relationships: NEEDED[type] }),
  },
})

const CHANGES: Partial<Record<WrittenType, Json>> = {
  secrets: { attributes: { credentials: { client_secret: '7wCk…' } } },
  extensions: { attributes: { enabled: false } },
  builds: { meta: { action: 'republish' } },
  callbacks: { attributes: { subscriptions: ['rule.deleted'] } },
  libraries: { meta: { action: 'submit' } },
}

/** A document with a change. */
export const examplePatch = (type: WrittenType): Json => ({
  data: { type, id: exampleId(type), ...(CHANGES[type] ?? { attributes: { name: 'Another name' } }) },
})

export const exampleLinkageInput = (facts: Pick<RelationshipFacts, 'to' | 'many'>): Json => ({
  data: linkageOf(facts),
})

export const exampleLinkage = (
  type: ResourceType,
  name: string,
  facts: Pick<RelationshipFacts, 'to' | 'many'>,
): Json => {
  const self = `${BASE}/${type}/${exampleId(type)}`
  return {
    data: linkageOf(facts),
    links: { self: `${self}/relationships/${name}`, related: `${self}/${name}` },
  }
}

export const eventExample = { xdm: { eventType: 'commerce.purchases', order: '1042' } }

export const forwardedExample = {
  requestId: '019aab64-1b02-7c4e-8f51-7be1a8a1c0de',
  buildId: exampleId('builds'),
  results: [{ ruleId: exampleId('rules'), status: 'success', logs: [] }],
}
