import { z } from 'zod'
import type { Stage } from './environment.ts'
import type { FieldKind } from './json-api/list-query.ts'
import { resourceName } from './property.ts'
import { COMMON_FIELDS, defineResource } from './resource-fields.ts'

export const LIBRARY_STATES = ['development', 'submitted', 'approved', 'published', 'rejected'] as const
export type LibraryState = (typeof LIBRARY_STATES)[number]

interface StateFacts {
  /** Where each action leads; all else is refused. */
  actions: Readonly<Record<string, LibraryState>>
  /** The environment it is built for; null: it is built no more. */
  stage: Stage | null
  /** Whether resources can be put in and taken out. */
  open: boolean
  /** How far along it is; what is further lies upstream. */
  rank: number
}

/** The way of a library from the desk of a developer to production. */
export const STATE_FACTS: Readonly<Record<LibraryState, StateFacts>> = {
  development: {
    actions: { submit: 'submitted', approve: 'approved' },
    stage: 'development',
    open: true,
    rank: 0,
  },
  rejected: { actions: { develop: 'development' }, stage: 'development', open: true, rank: 0 },
  submitted: {
    actions: { approve: 'approved', reject: 'rejected' },
    stage: 'staging',
    open: false,
    rank: 1,
  },
  approved: { actions: { reject: 'rejected' }, stage: 'production', open: false, rank: 2 },
  published: { actions: {}, stage: null, open: false, rank: 3 },
}

export const libraryInput = z.strictObject({ name: resourceName })

export const LIBRARY = defineResource({
  type: 'libraries',
  input: libraryInput,
  readOnly: ['created_at', 'updated_at', 'published_at', 'state', 'build_required'],
  fixed: [],
  uniqueNames: false,
  fields: { ...COMMON_FIELDS, published_at: 'instant', state: 'text' } as const satisfies Record<
    string,
    FieldKind
  >,
})

export const BUILD = defineResource({
  type: 'builds',
  input: z.strictObject({}),
  readOnly: ['created_at', 'updated_at', 'status', 'token'],
  fixed: [],
  uniqueNames: false,
  fields: { created_at: 'instant', updated_at: 'instant', status: 'text', token: 'text' },
})
