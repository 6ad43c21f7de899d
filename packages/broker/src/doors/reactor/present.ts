import type { Stage } from '@bursar/domain/reactor/environment.ts'
import type { ResourceType } from '@bursar/domain/reactor/resource-type.ts'
import type { CallbackView } from '../../operations/reactor/callbacks.ts'
import { type Company, companyOf } from '../../operations/reactor/companies.ts'
import type { DocumentRow } from '../../store/store.ts'
import { presentInstant, type Relationship, type ResourceObject } from './json-api/resource-object.ts'

/** A resource from the parts that are its own; links and identity are the same for all. */
export function resource(
  base: string,
  type: ResourceType,
  id: string,
  parts: {
    attributes: Record<string, unknown>
    /** Each gets its `related` link. */
    relationships?: Record<string, Relationship>
    meta?: Record<string, unknown>
  },
): ResourceObject {
  const self = `${base}/${type}/${id}`
  const relationships = Object.entries(parts.relationships ?? {}).map(([name, relationship]) => [
    name,
    { links: { related: `${self}/${name}` }, ...relationship },
  ])
  const toOne = relationships.filter(([name]) => TO_ONE.has(name as string))
  return {
    id,
    type,
    attributes: parts.attributes,
    relationships: Object.fromEntries(relationships),
    links: { self, ...Object.fromEntries(toOne.map(([name]) => [name, `${self}/${name}`])) },
    meta: parts.meta ?? {},
  }
}

const TO_ONE: ReadonlySet<string> = new Set(['company', 'property', 'library', 'host'])

export const times = ({ createdAt, updatedAt }: Pick<DocumentRow, 'createdAt' | 'updatedAt'>) => ({
  created_at: presentInstant(createdAt),
  updated_at: presentInstant(updatedAt),
})

export const presentCompany = (base: string, { id, name }: Company): ResourceObject =>
  resource(base, 'companies', id, {
    attributes: { name, created_at: presentInstant(0), updated_at: presentInstant(0), edge_enabled: true },
    relationships: { properties: {} },
  })

export function presentProperty(base: string, row: DocumentRow): ResourceObject {
  const company = companyOf(row.workspaceId)
  return resource(base, 'properties', row.id, {
    attributes: { ...row.body, ...times(row) },
    relationships: {
      company: { data: { id: company.id, type: 'companies' } },
      environments: {},
      hosts: {},
      secrets: {},
      extensions: {},
      data_elements: {},
      rules: {},
      libraries: {},
      callbacks: {},
      notes: {},
    },
  })
}

export function presentEnvironment(base: string, row: DocumentRow): ResourceObject {
  const { host_id, library_id, ...attributes } = row.body as { host_id?: string; library_id?: string }
  return resource(base, 'environments', row.id, {
    attributes: {
      library_path: null,
      library_name: null,
      library_entry_points: [],
      ...attributes,
      ...times(row),
    },
    relationships: {
      property: { data: { id: row.parentId, type: 'properties' } },
      host: { data: host_id ? { id: host_id, type: 'hosts' } : null },
      library: { data: library_id ? { id: library_id, type: 'libraries' } : null },
      builds: {},
      secrets: {},
    },
    meta: { stage: row.body.stage as Stage },
  })
}

export const presentHost = (base: string, row: DocumentRow): ResourceObject =>
  resource(base, 'hosts', row.id, {
    attributes: { ...row.body, ...times(row) },
    relationships: { property: { data: { id: row.parentId, type: 'properties' } } },
  })

export function presentCallback(base: string, { row, state }: CallbackView): ResourceObject {
  const { waiting, last_failure } = state
  return resource(base, 'callbacks', row.id, {
    attributes: { ...row.body, ...times(row) },
    relationships: { property: { data: { id: row.parentId, type: 'properties' } } },
    meta: {
      waiting: waiting.length,
      last_failure: last_failure && { ...last_failure, at: presentInstant(last_failure.at) },
    },
  })
}

export function presentNote(base: string, row: DocumentRow): ResourceObject {
  const { text, author, about } = row.body as { text: string; author: string; about: ResourceType }
  return resource(base, 'notes', row.id, {
    attributes: {
      text,
      author_display_name: author,
      author_email: null,
      created_at: presentInstant(row.createdAt),
    },
    relationships: {
      resource: {
        links: { related: `${base}/${about}/${row.parentId}` },
        data: { id: row.parentId, type: about },
      },
    },
  })
}
