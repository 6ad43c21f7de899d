import { meansSecret } from '../standard-field.ts'
import type { DataField } from './configuration.ts'
import { titleOf } from './title.ts'

/** A field as recipes have it, with the value apart when it is a secret. */
export interface TranslatedField {
  field: Record<string, unknown> & { name: string }
  secret?: string
}

/** `format: "password"`, or a name that means a secret whatever the format says. */
export const isSecretField = (field: { name?: unknown; format?: unknown }): boolean =>
  field.format === 'password' || (typeof field.name === 'string' && meansSecret({ name: field.name }))

/** Who gives the value: two spellings of one member. */
export const supplierOf = ({ source, fieldType }: DataField): 'CUSTOMER' | 'PARTNER' | undefined =>
  source ?? fieldType ?? undefined

/**
 * One of `authenticationDataFields`. A field with `authenticationResponsePath` is filled from each answer, so
 * nobody is asked for it, whoever it names as its source.
 */
export function translateField(written: DataField): TranslatedField {
  const { name, title, description, value, pattern } = written
  const secret = isSecretField(written)
  const type = written.type ?? typeOf(value ?? written.default)
  const path = written.authenticationResponsePath
  const source = supplierOf(written)
  const supplied = path == null && source !== undefined && { supplied_by: source.toLowerCase() }
  return {
    field: {
      name,
      title: title ?? titleOf(name),
      ...(description != null && description !== '' && { description }),
      type,
      ...(secret && { secret: true }),
      ...(path == null && written.isRequired === true && { required: true }),
      ...supplied,
      ...(value != null && path == null && !secret && { value }),
      ...(written.default != null && !secret && { default: written.default }),
      ...(written.enum != null && { enum: written.enum }),
      ...(pattern != null && { pattern }),
      ...(path != null && { from_response: path }),
    },
    ...(secret && value != null && path == null && { secret: String(value) }),
  }
}

const TYPES: Readonly<Record<string, string>> = { boolean: 'boolean', number: 'integer' }

/** A field without a type has that of its value. */
const typeOf = (value: unknown): string => TYPES[typeof value] ?? 'string'
