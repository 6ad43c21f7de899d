import { createHash } from 'node:crypto'
import type { Delegate, ExtensionPackage } from '@bursar/domain/reactor/delegates.ts'
import { titleOf } from '@bursar/domain/reactor/error-code.ts'
import type { RevisionedType } from '@bursar/domain/reactor/revisioned.ts'
import { z } from 'zod'
import { buildBody } from '../../operations/reactor/builds.ts'
import { packageId } from '../../operations/reactor/extension-packages.ts'
import { libraryBody } from '../../operations/reactor/libraries.ts'
import { type FrozenComponent, revisionedBody } from '../../operations/reactor/revisions.ts'
import type { DocumentRow } from '../../store/store.ts'
import {
  type Linkage,
  presentInstant,
  presentInstantOrNull,
  type Relationship,
  type ResourceObject,
} from './json-api/resource-object.ts'
import { resource, times } from './present.ts'

const presentDelegate = ({ id, name, displayName, settings }: Delegate) => ({
  id,
  name,
  display_name: displayName,
  schema: z.toJSONSchema(settings, { target: 'draft-7' }),
})

export function presentExtensionPackage(base: string, one: ExtensionPackage): ResourceObject {
  const of = (kind: Delegate['kind']) =>
    one.delegates.filter((delegate) => delegate.kind === kind).map(presentDelegate)
  return resource(base, 'extension_packages', packageId(one.name), {
    attributes: {
      name: one.name,
      display_name: one.displayName,
      description: one.description,
      platform: 'edge',
      version: one.version,
      availability: 'public',
      status: 'succeeded',
      actions: of('actions'),
      conditions: of('conditions'),
      data_elements: of('dataElements'),
      events: [],
      created_at: presentInstant(0),
      updated_at: presentInstant(0),
    },
  })
}

/** What is kept with the attributes and shown elsewhere. */
const HIDDEN = new Set([
  'property_id',
  'origin_id',
  'last_revision',
  'extension_id',
  'extension_package_id',
  'came_with_property',
  'components',
])

const attributesOf = (body: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(body).filter(([name]) => !HIDDEN.has(name)))

const one = (type: Linkage['type'], id: unknown): Relationship => ({ data: { type, id: String(id) } })

export function presentRevisioned(base: string, type: RevisionedType, row: DocumentRow): ResourceObject {
  const body = revisionedBody(row)
  const { property_id, origin_id, published_at, deleted_at, last_revision, revision_number } = body
  const extension = {
    extension: one('extensions', body.extension_id),
    updated_with_extension: one('extensions', body.extension_id),
  }
  const own: Record<RevisionedType, Record<string, Relationship>> = {
    data_elements: extension,
    rules: { rule_components: {} },
    extensions: { extension_package: one('extension_packages', body.extension_package_id) },
  }
  return resource(base, type, row.id, {
    attributes: {
      ...attributesOf(body),
      published_at: presentInstantOrNull(published_at),
      deleted_at: presentInstantOrNull(deleted_at),
      review_status: 'unsubmitted',
      ...times(row),
    },
    relationships: {
      property: one('properties', property_id),
      origin: one(type, origin_id),
      revisions: {},
      libraries: {},
      notes: {},
      ...own[type],
    },
    meta: {
      latest_revision_number: revision_number === 0 ? last_revision : revision_number,
      // Adobe's SDK looks for it here.
      ...(deleted_at !== null && { deleted_at: presentInstant(deleted_at) }),
    },
  })
}

export function presentRuleComponent(base: string, row: DocumentRow): ResourceObject {
  const {
    property_id,
    extension_id,
    deleted_at = null,
  } = row.body as Record<string, unknown> & {
    deleted_at?: number
  }
  return resource(base, 'rule_components', row.id, {
    attributes: {
      ...attributesOf(row.body),
      deleted_at: presentInstantOrNull(deleted_at),
      ...times(row),
    },
    relationships: {
      property: one('properties', property_id),
      extension: one('extensions', extension_id),
      rules: { data: [{ type: 'rules', id: row.parentId }] },
      ...(deleted_at === null && { notes: {} }),
    },
  })
}

export const componentRow = (rule: DocumentRow, component: FrozenComponent): DocumentRow => ({
  ...rule,
  ...component,
  kind: 'rule_components',
  parentId: rule.id,
})

export function presentLibrary(base: string, row: DocumentRow): ResourceObject {
  const { name, state, published_at, build_required, environment_id, resources, last_build_id } =
    libraryBody(row)
  const many = (type: RevisionedType): Relationship => ({
    data: resources[type].map((id) => ({ type, id })),
    links: {
      self: `${base}/libraries/${row.id}/relationships/${type}`,
      related: `${base}/libraries/${row.id}/${type}`,
    },
  })
  return resource(base, 'libraries', row.id, {
    attributes: {
      name,
      state,
      published_at: presentInstantOrNull(published_at),
      build_required,
      ...times(row),
    },
    relationships: {
      property: one('properties', row.parentId),
      environment: {
        data: environment_id === null ? null : { type: 'environments', id: environment_id },
        links: {
          self: `${base}/libraries/${row.id}/relationships/environment`,
          related: `${base}/libraries/${row.id}/environment`,
        },
      },
      data_elements: many('data_elements'),
      extensions: many('extensions'),
      rules: many('rules'),
      upstream_library: {},
      builds: {},
      last_build: { data: last_build_id === null ? null : { type: 'builds', id: last_build_id } },
      notes: {},
    },
    meta: {
      build_required_detail: build_required ? 'It has no succeeded build of what is in it now.' : null,
    },
  })
}

const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex')

/** Of a fault of a build, the same each time: UUID version 8, RFC 9562 §5.8. */
const idOf = (buildId: string, nth: number): string =>
  digestOf(`${buildId}/${nth}`).replace(
    /^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/s,
    (_all, a, b, c, d, e) => `${a}-${b}-8${c}-a${d}-${e}`,
  )

export function presentBuild(base: string, row: DocumentRow): ResourceObject {
  const { status, token, library_id, environment_id, faults, republished_at } = buildBody(row)
  const errors = faults.map(({ code, detail }, index) => ({
    id: idOf(row.id, index),
    code,
    title: titleOf(code),
    detail,
    // Of the build itself, since nobody asks for the details of one afterwards.
    meta: { request_id: digestOf(row.id).slice(0, 32) },
    source: {},
  }))
  return resource(base, 'builds', row.id, {
    attributes: { status, token, ...times(row) },
    relationships: {
      property: one('properties', row.parentId),
      library: one('libraries', library_id),
      environment: one('environments', environment_id),
      data_elements: {},
      extensions: {},
      rules: {},
    },
    meta: {
      ...(status === 'succeeded' && { artifact_url: `${base}/edge/${environment_id}/events` }),
      ...(faults.length > 0 && { status_details: { errors } }),
      ...(republished_at !== null && {
        republish_status: 'succeeded',
        republished_at: presentInstant(republished_at),
      }),
    },
  })
}
