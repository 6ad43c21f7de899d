import type { z } from 'zod'
import { BursarError, type Problem } from '../error.ts'
import { problemsOfIssues } from '../schema-problem.ts'
import { invalidCode } from './error-code.ts'
import type { FieldKind } from './json-api/list-query.ts'
import type { ResourceType } from './resource-type.ts'

export const ATTRIBUTES = '/data/attributes'

/** What every list can be filtered and sorted by. */
export const COMMON_FIELDS = {
  created_at: 'instant',
  name: 'text',
  updated_at: 'instant',
} as const satisfies Record<string, FieldKind>

/** A resource type, as far as what can be written and listed of it goes. */
export interface ResourceDefinition<S extends z.ZodObject = z.ZodObject> {
  type: ResourceType
  input: S
  /** Attributes that only the server writes. */
  readOnly: readonly string[]
  /** Attributes that stay as they were made. */
  fixed: readonly string[]
  /** Names are unique below the parent. */
  uniqueNames: boolean
  /** What lists are filtered and sorted by. */
  fields: Readonly<Record<string, FieldKind>>
}

type Attributes = Readonly<Record<string, unknown>>

/** Ties the type of the attributes to their schema. */
export const defineResource = <S extends z.ZodObject>(definition: ResourceDefinition<S>) => definition

/**
 * Checks the attributes of a new resource; throws `request.invalid` with a pointer for each fault. What only
 * the server writes is refused as such.
 */
export function readAttributes<S extends z.ZodObject>(
  { type, input, readOnly }: Pick<ResourceDefinition<S>, 'type' | 'input' | 'readOnly'>,
  attributes: Attributes,
): z.infer<S> {
  const { problems, written } = withoutReadOnly(attributes, readOnly, 'is written by the server')
  const parsed = input.safeParse(written)
  const issues = parsed.success ? [] : problemsOfIssues(parsed.error.issues, input, ATTRIBUTES)
  refuseInvalid(type, [...problems, ...issues])
  return parsed.data as z.infer<S>
}

/** Checks changed attributes together with those that stay. */
export function changeAttributes<S extends z.ZodObject>(
  definition: ResourceDefinition<S>,
  before: Attributes,
  patch: Attributes,
): z.infer<S> {
  const known = Object.keys(definition.input.shape)
  const kept = Object.fromEntries(Object.entries(before).filter(([name]) => known.includes(name)))
  const moved = definition.fixed.filter((name) => Object.hasOwn(patch, name) && patch[name] !== before[name])
  const { problems, written } = withoutReadOnly(patch, moved, 'can not be changed')
  refuseInvalid(definition.type, problems)
  return readAttributes(definition, { ...kept, ...written })
}

function withoutReadOnly(attributes: Attributes, readOnly: readonly string[], why: string) {
  const problems: Problem[] = []
  const written: Array<[string, unknown]> = []
  for (const [name, value] of Object.entries(attributes)) {
    if (!readOnly.includes(name)) written.push([name, value])
    else problems.push({ path: `${ATTRIBUTES}/${name}`, code: 'read-only', detail: `${name} ${why}.` })
  }
  return { problems, written: Object.fromEntries(written) as Record<string, unknown> }
}

/** Throws `request.invalid` when there is a problem; codes that are not Reactor's become `invalid-<type>`. */
export function refuseInvalid(type: ResourceType, problems: readonly Problem[]): void {
  if (problems.length === 0) return
  throw new BursarError('request.invalid', {
    detail: problems[0]!.detail,
    // The first of each place: what follows from it says nothing new.
    problems: problems
      .filter(({ path }, nth) => problems.findIndex((other) => other.path === path) === nth)
      .map((problem) => ({
        ...problem,
        code: problem.code.includes('.') ? invalidCode(type) : problem.code,
      })),
  })
}
