import { titleOf } from './destination-sdk/title.ts'
import type { AnyRecipe } from './every-recipe.ts'
import { type FieldValue, fieldsOf, suppliedBy } from './field.ts'
import { grantOf } from './grants/table.ts'
import { isObject } from './json.ts'
import { secretNeeds } from './secret-needs.ts'
import { isBound, templateName } from './standard-field.ts'

/** One thing that a person is asked when they connect. */
export interface Question {
  /** Of the input. */
  name: string
  /** Where the answer goes in the body of a credential, and where problems with it are named. */
  pointer: string
  title: string
  description?: string
  type: 'string' | 'boolean' | 'integer'
  secret: boolean
  required: boolean
  enum?: readonly FieldValue[]
  default?: FieldValue
  pattern?: string
}

/**
 * What a credential of this recipe still needs from a person: its customer fields, standard members that are not
 * there, and secrets that nobody shares.
 */
export function connectForm(recipe: AnyRecipe, shared: readonly string[]): Question[] {
  const questions: Question[] = fieldsOf(recipe)
    .filter((field) => suppliedBy(field) === 'customer' && !(field.secret && shared.includes(field.name)))
    .map((field) => ({
      name: field.name,
      pointer: field.secret ? `/secrets/${field.name}` : `/recipe/field_values/${field.name}`,
      title: field.title ?? titleOf(field.name),
      ...(field.description !== undefined && { description: field.description }),
      type: field.type ?? 'string',
      secret: field.secret === true,
      required: field.required === true,
      ...(field.enum !== undefined && { enum: field.enum }),
      ...(field.default !== undefined && { default: field.default }),
      ...(field.pattern !== undefined && { pattern: field.pattern }),
    }))
  const standard = (name: string, pointer: string, secret: boolean): Question => ({
    name: templateName(name),
    pointer,
    title: titleOf(name),
    type: 'string',
    secret,
    required: true,
  })
  const members = (grantOf(recipe).needs?.(recipe) ?? [])
    .filter((member) => recipe[member] === undefined && !isBound(recipe, member))
    .map((member) => standard(member, `/recipe/${member}`, false))
  const { required } = secretNeeds(recipe)
  const secrets = required
    .filter((name) => !shared.includes(name) && !questions.some((one) => one.name === name))
    .map((name) => standard(name, `/secrets/${name}`, true))
  // What a secret field has to be is known even where only its grant requires it.
  return [...questions, ...members, ...secrets].map((one) =>
    one.secret && required.includes(one.name) ? { ...one, required: true } : one,
  )
}

/** The parts of a credential's body that the typed texts make; what was left empty is left out. */
export function answersOf(
  questions: readonly Question[],
  typed: Readonly<Record<string, string | undefined>>,
): { recipe: Record<string, unknown>; secrets: Record<string, string> } {
  const recipe: Record<string, unknown> = {}
  const secrets: Record<string, string> = {}
  for (const { name, pointer, type, secret, enum: choices } of questions) {
    const text = typed[name] ?? ''
    if (secret) {
      if (text !== '') secrets[pointer.slice('/secrets/'.length)] = text
      continue
    }
    if (text === '' && type !== 'boolean') continue
    const value = choices?.find((choice) => String(choice) === text) ?? typedAnswer(type, text.trim())
    const [, , member = '', field] = pointer.split('/')
    if (field === undefined) recipe[member] = value
    else {
      const values = isObject(recipe[member]) ? recipe[member] : {}
      recipe[member] = { ...values, [field]: value }
    }
  }
  return { recipe, secrets }
}

function typedAnswer(type: Question['type'], text: string): FieldValue {
  if (type === 'boolean') return text === 'true' || text === 'on'
  return type === 'integer' && /^-?\d{1,15}$/.test(text) ? Number(text) : text
}
