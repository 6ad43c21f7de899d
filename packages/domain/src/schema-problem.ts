import type { z } from 'zod'
import { MAX_PROBLEMS, type Problem, type TemplatePlace } from './error.ts'
import { pointer, problem, shownName } from './problem.ts'
import { closest } from './suggestion.ts'

type Issue = z.core.$ZodIssue

/** The problems behind a schema's issues. Values are never repeated: one of them may be a secret. */
export function problemsOfIssues(issues: readonly Issue[], schema: z.ZodType, basePath: string): Problem[] {
  return issues.slice(0, MAX_PROBLEMS).flatMap((issue) => problemsOfIssue(issue, schema, basePath))
}

function problemsOfIssue(issue: Issue, schema: z.ZodType, basePath: string): Problem[] {
  const path = pointer(basePath, issue.path)
  if (issue.code === 'unrecognized_keys') {
    const known = membersAt(schema, issue.path)
    // Looking for what was meant takes its time, so not for a list without end.
    return issue.keys
      .slice(0, MAX_PROBLEMS)
      .map((key) => unknownMember(pointer(basePath, [...issue.path, key]), key, known))
  }
  if (
    issue.code === 'invalid_type' &&
    issue.input === undefined &&
    /received undefined$/.test(issue.message)
  ) {
    return [problem(path, 'field.missing', `${lastOf(issue.path)} is missing.`)]
  }
  if (issue.code === 'invalid_union') {
    const nearest = issue.errors.find((errors) => errors.some((error) => error.code !== 'invalid_type'))
    if (nearest) {
      return nearest.flatMap((inner) =>
        problemsOfIssue({ ...inner, path: [...issue.path, ...inner.path] } as Issue, schema, basePath),
      )
    }
    return [problem(path, 'field.invalid', noneOf(issue))]
  }
  if (issue.code === 'invalid_key') {
    return issue.issues.map((inner) => problem(path, 'field.invalid', inner.message))
  }
  if (issue.code === 'custom' && issue.params?.code === 'template.invalid') {
    const place = issue.params.place as TemplatePlace
    return [{ ...problem(path, 'template.invalid', issue.message), place }]
  }
  const hint = issue.code === 'custom' ? issue.params?.hint : undefined
  return [
    problem(path, 'field.invalid', sentence(issue.message), typeof hint === 'string' ? hint : undefined),
  ]
}

export function unknownMember(path: string, name: string, known: readonly string[]): Problem {
  const near = closest(name, known)
  const detail = `There is no member "${shownName(name)}" here.`
  return problem(path, 'field.unknown', detail, near ? `Did you mean ${near}?` : undefined)
}

/** What a union would have taken. */
function noneOf({ discriminator, errors }: z.core.$ZodIssueInvalidUnion): string {
  if (discriminator) return `The member "${discriminator}" has no value that is known here.`
  const kinds = errors
    .flat()
    .flatMap((error) => (error.code === 'invalid_type' ? [kindName(error.expected)] : []))
  return kinds.length === 0
    ? 'The value can not stand here.'
    : `The value is not ${[...new Set(kinds)].join(' or ')}.`
}

const KIND_NAMES: Readonly<Record<string, string>> = {
  string: 'a text',
  array: 'a list',
  record: 'an object',
  object: 'an object',
}

const kindName = (kind: string): string =>
  Object.hasOwn(KIND_NAMES, kind) ? KIND_NAMES[kind]! : `of type ${kind}`

const lastOf = (path: readonly PropertyKey[]): string => shownName(String(path.at(-1) ?? 'The body'))

const sentence = (message: string): string => (message.endsWith('.') ? message : `${message}.`)

/** The member names a schema knows at a path, as far as it is made of plain objects. */
function membersAt(schema: z.ZodType, path: readonly PropertyKey[]): readonly string[] {
  let shape = shapeOf(schema)
  for (const part of path) {
    const member = typeof part === 'string' && shape && Object.hasOwn(shape, part) ? shape[part] : undefined
    shape = member && shapeOf(member)
  }
  return Object.keys(shape ?? {})
}

interface Definition {
  shape?: Record<string, z.ZodType>
  innerType?: z.ZodType
}

/** The members of an object schema, seen through `optional`, `prefault` and the like. */
function shapeOf(schema: z.ZodType): Record<string, z.ZodType> | undefined {
  const { shape, innerType } = schema.def as Definition
  return shape ?? (innerType && shapeOf(innerType))
}
