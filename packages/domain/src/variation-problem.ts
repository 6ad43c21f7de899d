import type { Problem } from './error.ts'
import type { AnyRecipe } from './every-recipe.ts'
import { type Field, fieldsOf, plainValue, suppliedBy } from './field.ts'
import type { Grant } from './grants/grant.ts'
import { isObject } from './json.ts'
import { pointer, problem, shownName } from './problem.ts'
import { refreshWay } from './refresh-way.ts'
import type { RequestTemplate } from './request-template.ts'
import { isBound, meansSecret } from './standard-field.ts'
import { closest } from './suggestion.ts'

/** What is wrong with the fields, values and written requests of a recipe whose members are well-formed. */
export function variationProblems(recipe: AnyRecipe, basePath: string): Problem[] {
  const requests = [
    ['/token_request', recipe.token_request],
    ['/refresh_request', recipe.refresh_request],
  ] as const
  return [
    ...fieldsOf(recipe).flatMap((field, index) =>
      fieldProblems(field, fieldsOf(recipe).slice(0, index), pointer(basePath, ['fields', index])),
    ),
    ...valueProblems(recipe, basePath),
    ...requests.flatMap(([path, request]) =>
      typeof request === 'object' ? requestProblems(request, basePath + path) : [],
    ),
  ]
}

function fieldProblems(field: Field, before: readonly Field[], path: string): Problem[] {
  const found: Problem[] = []
  const invalid = (member: string, detail: string, hint?: string) =>
    found.push(problem(`${path}/${member}`, 'field.invalid', detail, hint))
  if (before.some(({ name }) => name === field.name))
    invalid('name', 'There is a field of this name already.')
  if (!field.secret && meansSecret(field)) {
    invalid('secret', `${field.name} is a secret.`, 'Write "secret": true.')
  }
  if (field.secret && field.type === 'boolean') invalid('type', 'A secret is a text or a number.')
  for (const member of ['value', 'default'] as const) {
    const value = field[member]
    if (value === undefined) continue
    if (field.secret) {
      const hint = `Put it under /secrets/${field.name} of the credential.`
      found.push(problem(`${path}/${member}`, 'secret.misplaced', MISPLACED, hint))
    } else {
      const wrong = valueFault(field, value)
      if (wrong) invalid(member, wrong)
    }
  }
  for (const [index, value] of (field.enum ?? []).entries()) {
    if (!isOfType(field, value)) invalid(`enum/${index}`, `The value is not ${TYPES[field.type]}.`)
  }
  if (field.pattern !== undefined && field.type !== 'string') {
    invalid('pattern', 'Only a text has a pattern.')
  }
  if (field.supplied_by === 'partner' && field.value === undefined && !field.secret) {
    found.push(
      problem(`${path}/value`, 'field.missing', 'A field that the partner supplies needs its value.'),
    )
  }
  if (field.supplied_by === 'customer' && field.value !== undefined) {
    invalid('value', 'A field that the customer supplies has no fixed value.', 'Write it as "default".')
  }
  if (field.from_response !== undefined && (field.value ?? field.supplied_by) !== undefined) {
    invalid('from_response', 'The value comes from the answer, or from somebody, not from both.')
  }
  return found
}

const MISPLACED = 'This is a secret, and it would be shown to everybody here.'

const TYPES: Record<Field['type'], string> = {
  string: 'a text',
  boolean: 'true or false',
  integer: 'a whole number',
}

const isOfType = ({ type }: Pick<Field, 'type'>, value: unknown): boolean =>
  type === 'integer' ? Number.isInteger(value) : typeof value === type

/** Why a field can not have this value; its pattern is judged where an RE2 engine is at hand. */
export function valueFault(field: Field, value: unknown): string | undefined {
  if (!isOfType(field, value)) return `The value is not ${TYPES[field.type]}.`
  if (field.enum !== undefined && !(field.enum as unknown[]).includes(value)) {
    return field.secret
      ? 'The value is none of those that there are.'
      : `The value is none of ${field.enum.join(', ')}.`
  }
  return undefined
}

function valueProblems(recipe: AnyRecipe, basePath: string): Problem[] {
  const fields = fieldsOf(recipe)
  const values = Object.entries(recipe.field_values ?? {})
  const of = (name: string) => pointer(basePath, ['field_values', name])
  const wrong = values.flatMap(([name, value]): Problem[] => {
    const field = fields.find((one) => one.name === name)
    if (field === undefined) {
      const near = closest(
        name,
        fields.map((one) => one.name),
      )
      const detail = `The recipe has no field "${shownName(name)}".`
      return [problem(of(name), 'field.unknown', detail, near && `Did you mean ${near}?`)]
    }
    if (field.secret) {
      return [problem(of(name), 'secret.misplaced', MISPLACED, `Put it under /secrets/${name}.`)]
    }
    if (suppliedBy(field) !== 'customer') {
      return [problem(of(name), 'field.invalid', 'No credential can set this field: its value is given.')]
    }
    const fault = valueFault(field, value)
    return fault ? [problem(of(name), 'field.invalid', fault)] : []
  })
  const missing = fields
    .filter((one) => one.required && !one.secret && suppliedBy(one) === 'customer')
    .filter((one) => [undefined, ''].includes(plainValue(recipe, one) as undefined))
    .map(({ name, title }) => problem(of(name), 'field.missing', `${title ?? name} is missing.`))
  return [...wrong, ...missing]
}

/** Members that are missing, of a recipe that need not be valid otherwise. */
export function missingMembers(
  recipe: Readonly<Record<string, unknown>>,
  grant: Grant,
  basePath: string,
): Problem[] {
  const needed = (grant.needs?.(recipe as AnyRecipe) ?? []).filter((member) => !isBound(recipe, member))
  return [...needed, ...(lacksAddress(recipe, grant) ? ['token_url'] : [])]
    .filter((member) => recipe[member] === undefined)
    .map((member) => problem(`${basePath}/${member}`, 'field.missing', `${member} is missing.`))
}

/** Every request has an address: its own, or that of the token endpoint. */
function lacksAddress(recipe: Readonly<Record<string, unknown>>, grant: Grant): boolean {
  if (!('token_url' in grant.fields.shape)) return false
  const urlOf = (request: unknown) => (isObject(request) ? request.url : undefined)
  if (urlOf(recipe.token_request) === undefined) return true
  const refresh = refreshWay(recipe, grant)
  if (refresh.kind === 'none' || recipe.refresh_url !== undefined) return false
  return refresh.kind === 'standard' || urlOf(refresh.template) === undefined
}

const BODILESS = ['GET', 'HEAD']
const SECRET_HEADERS = ['authorization', 'proxy-authorization', 'cookie']

function requestProblems(request: RequestTemplate, path: string): Problem[] {
  const headers = Object.entries(request.headers)
    .filter(([name, text]) => typeof text === 'string' && SECRET_HEADERS.includes(name.toLowerCase()))
    .map(([name]) => {
      const hint = 'Make it by a template from a secret: { "template": "Bearer {{ authData.token }}" }.'
      return problem(pointer(`${path}/headers`, [name]), 'secret.misplaced', MISPLACED, hint)
    })
  const body =
    request.body !== undefined && BODILESS.includes(request.method)
      ? [problem(`${path}/body`, 'field.invalid', `A ${request.method} request has no body.`)]
      : []
  return [...headers, ...body]
}
