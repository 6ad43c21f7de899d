import type { AnyRecipe } from './every-recipe.ts'
import type { TokenOutputs } from './exchange.ts'
import { type FieldValue, fieldsOf, plainValue, suppliedBy, typedValue } from './field.ts'
import type { Consent } from './grants/grant.ts'
import type { Secret } from './secret.ts'
import { templateName } from './standard-field.ts'

export interface AuthDataSources {
  recipe: AnyRecipe
  secrets: Readonly<Record<string, Secret>>
  /** What the last exchange left. */
  outputs: TokenOutputs | null
  consent: Consent | null
}

/** A key signs; it is never sent, so no template gets it. */
const NEVER_SENT = 'private_key'

/**
 * What templates see as `authData`: members and secrets of the standard, outputs of the last exchange, what
 * a person brought, and the fields, which win. Names are those of the standard in camel case.
 */
export function authDataOf({ recipe, secrets, outputs, consent }: AuthDataSources): Record<string, unknown> {
  const fields = fieldsOf(recipe)
  const declared = new Set(fields.map(({ name }) => name))
  const given = Object.entries(secrets)
    .filter(([name]) => name !== NEVER_SENT && !declared.has(name))
    .map(([name, secret]) => [templateName(name), secret.reveal()] as const)
  const told = Object.entries(outputs?.others ?? {}).map(([name, value]) => [name, value.reveal()] as const)
  const kept = new Map(told)
  const entries: Array<readonly [string, unknown]> = [
    ['clientId', recipe.client_id],
    ['username', recipe.username],
    ['scope', Array.isArray(recipe.scope) ? recipe.scope.join(' ') : undefined],
    ['audience', recipe.audience],
    ...given,
    ...told,
    ['accessToken', outputs?.accessToken.reveal()],
    ['refreshToken', outputs?.refreshToken?.reveal() ?? secrets.refresh_token?.reveal()],
    ['tokenType', outputs?.tokenType],
    ...consentEntries(consent),
    ...fields.map((field) => [field.name, fieldData(field)] as const),
  ]
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined))

  function fieldData(field: (typeof fields)[number]): FieldValue | undefined {
    const sealed = secrets[field.name]
    if (field.secret && sealed !== undefined) return typedValue(field, sealed.reveal())
    if (suppliedBy(field) !== 'response') return plainValue(recipe, field)
    const before = kept.get(field.name)
    return before === undefined ? undefined : typedValue(field, before)
  }
}

function consentEntries(consent: Consent | null): Array<readonly [string, unknown]> {
  if (consent === null) return []
  if (consent.kind === 'device') return [['deviceCode', consent.deviceCode.reveal()]]
  return [
    ['code', consent.code.reveal()],
    ['codeVerifier', consent.codeVerifier.reveal()],
    ['redirectUri', consent.redirectUri],
  ]
}

/** The values of secret fields and other tokens among the outputs; what plain fields keep is no secret. */
export function secretOutputs(recipe: AnyRecipe, outputs: TokenOutputs): string[] {
  const plain = new Set(
    fieldsOf(recipe)
      .filter(({ secret }) => !secret)
      .map(({ name }) => name),
  )
  return [
    outputs.accessToken.reveal(),
    ...(outputs.refreshToken === undefined ? [] : [outputs.refreshToken.reveal()]),
    ...Object.entries(outputs.others)
      .filter(([name]) => !plain.has(name))
      .map(([, secret]) => secret.reveal()),
  ]
}
