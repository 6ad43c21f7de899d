import { AUDITED } from './audit-event.ts'
import type { RelationshipShape } from './json-api/document.ts'
import type { ResourceType } from './resource-type.ts'

/** What a resource says of its relation to others (JSON:API 1.0, "Relationships"). */
export interface RelationshipFacts {
  to: ResourceType | readonly ResourceType[]
  /** It points to any number of resources, else to one. */
  many?: true
  /** It may point to nothing. */
  nullable?: true
  /** The linkage stands in the resource, else a link alone does. */
  shown?: true
  /** Requests may say it. */
  written?: true
}

/** Whatever people write notes about. */
export const NOTED = [
  'properties',
  'secrets',
  'extensions',
  'data_elements',
  'rules',
  'rule_components',
  'libraries',
] as const satisfies readonly ResourceType[]

const one = (to: ResourceType) => ({ to, shown: true }) as const
const oneWritten = (to: ResourceType) => ({ to, shown: true, written: true }) as const
const oneOrNothing = (to: ResourceType) => ({ to, nullable: true, shown: true }) as const
const list = (to: ResourceType) => ({ to, many: true }) as const
const listShown = (to: ResourceType) => ({ to, many: true, shown: true }) as const

const revisioned = (type: ResourceType) => ({
  property: oneWritten('properties'),
  origin: one(type),
  revisions: list(type),
  libraries: list('libraries'),
  notes: list('notes'),
})

/**
 * The relationships of each type. Requests are read by it, and each of them can be read below the resource; those of
 * a note and of an audit event are resources that have paths of their own.
 */
export const RELATIONSHIPS: Readonly<Record<ResourceType, Readonly<Record<string, RelationshipFacts>>>> = {
  companies: { properties: list('properties') },
  properties: {
    company: oneWritten('companies'),
    environments: list('environments'),
    hosts: list('hosts'),
    secrets: list('secrets'),
    extensions: list('extensions'),
    data_elements: list('data_elements'),
    rules: list('rules'),
    libraries: list('libraries'),
    callbacks: list('callbacks'),
    notes: list('notes'),
  },
  environments: {
    property: oneWritten('properties'),
    host: { ...oneOrNothing('hosts'), written: true },
    library: oneOrNothing('libraries'),
    builds: list('builds'),
    secrets: list('secrets'),
  },
  hosts: { property: oneWritten('properties') },
  secrets: {
    property: oneWritten('properties'),
    environment: { ...oneOrNothing('environments'), written: true },
    notes: list('notes'),
    data_elements: list('data_elements'),
  },
  notes: { resource: { to: NOTED, shown: true } },
  extension_packages: {},
  extensions: { ...revisioned('extensions'), extension_package: oneWritten('extension_packages') },
  data_elements: {
    ...revisioned('data_elements'),
    extension: oneWritten('extensions'),
    updated_with_extension: one('extensions'),
  },
  rules: { ...revisioned('rules'), rule_components: list('rule_components') },
  rule_components: {
    property: oneWritten('properties'),
    extension: oneWritten('extensions'),
    rules: { ...listShown('rules'), written: true },
    notes: list('notes'),
  },
  libraries: {
    environment: { ...oneOrNothing('environments'), written: true },
    property: oneWritten('properties'),
    data_elements: listShown('data_elements'),
    extensions: listShown('extensions'),
    rules: listShown('rules'),
    upstream_library: { to: 'libraries', nullable: true },
    builds: list('builds'),
    last_build: oneOrNothing('builds'),
    notes: list('notes'),
  },
  builds: {
    property: one('properties'),
    library: oneOrNothing('libraries'),
    environment: oneOrNothing('environments'),
    data_elements: list('data_elements'),
    extensions: list('extensions'),
    rules: list('rules'),
  },
  callbacks: { property: oneWritten('properties') },
  audit_events: { property: one('properties'), entity: { to: AUDITED, shown: true } },
}

/** What a request may say of the relationships of a type. */
export const writtenRelationships = (type: ResourceType): Readonly<Record<string, RelationshipShape>> =>
  Object.fromEntries(
    Object.entries(RELATIONSHIPS[type]).flatMap(([name, { to, many, written }]) =>
      written ? [[name, { type: to, ...(many && { many }) }]] : [],
    ),
  )
