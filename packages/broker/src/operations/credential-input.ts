import type { SecretFacts } from '@bursar/domain/credential.ts'
import { type CredentialInput, parseCredentialInput } from '@bursar/domain/credential-input.ts'
import { BursarError, type Problem } from '@bursar/domain/error.ts'
import type { AnyRecipe } from '@bursar/domain/every-recipe.ts'
import { fieldsOf, plainValue } from '@bursar/domain/field.ts'
import { isObject } from '@bursar/domain/json.ts'
import { mergeRecipe } from '@bursar/domain/recipe.ts'
import { Secret } from '@bursar/domain/secret.ts'
import { insecureUrls } from './insecure-urls.ts'
import { isPattern, matchesPattern } from './pattern.ts'
import type { Ports } from './ports.ts'
import { sharedSecrets } from './provider-secrets.ts'
import type { KeptSecrets } from './sealed.ts'

type InputPorts = Pick<Ports, 'store' | 'signer' | 'settings'>

/** An input whose recipe is complete. */
export type WholeInput = Omit<CredentialInput, 'recipe'> & { recipe: AnyRecipe }

/** Parses what somebody sent; throws `request.invalid` with every problem at once. */
export async function readCredentialInput(
  ports: InputPorts,
  workspaceId: string,
  body: unknown,
): Promise<{ input: WholeInput; provider: { name: string; version: number } | null }> {
  const providerName = nameOfProvider(body)
  let merged = body
  let provider: { name: string; version: number } | null = null
  if (providerName !== null) {
    const row = await ports.store.providers.get(workspaceId, providerName)
    if (row === undefined) {
      const unknown = {
        path: '/provider',
        code: 'provider.not_found',
        detail: `There is no provider named "${providerName}".`,
        hint: 'List them: bursar provider list.',
      }
      const parsed = parseCredentialInput(body)
      throw refusal([unknown, ...('problems' in parsed ? parsed.problems : [])], ports, body)
    }
    provider = { name: row.name, version: row.version }
    const own: unknown = (body as { recipe?: unknown }).recipe
    const { provider: _named, ...rest } = body as Record<string, unknown>
    merged = {
      ...rest,
      secrets: withShared(await sharedSecrets(ports, row), rest.secrets),
      recipe: own === undefined ? row.recipe : isObject(own) ? mergeRecipe(row.recipe, own) : own,
    }
  }
  const parsed = parseCredentialInput(merged)
  const problems: Problem[] = 'problems' in parsed ? [...parsed.problems] : []
  if ('input' in parsed && parsed.input.recipe !== null) {
    const input = { ...parsed.input, recipe: parsed.input.recipe as AnyRecipe }
    problems.push(...checkKeys(ports, input), ...patternProblems(input.recipe), ...checkPatterns(input))
    problems.push(...insecureUrls(ports, input))
    if (problems.length === 0) return { input, provider }
    throw refusal(problems, ports, {})
  }
  throw refusal(problems, ports, merged)
}

/** With the URLs of what was sent, where it could not be read as a whole. */
function refusal(found: readonly Problem[], ports: InputPorts, sent: unknown): BursarError {
  const known = new Set(found.map(({ path }) => path))
  const insecure = isObject(sent) ? insecureUrls(ports, sent) : []
  const problems = [...found, ...insecure.filter(({ path }) => !known.has(path))]
  return new BursarError('request.invalid', {
    detail:
      problems.length === 1
        ? problems[0]!.detail
        : `${problems.length} things are wrong with this credential.`,
    problems,
  })
}

/** What the body says itself wins over what the provider shares. */
const withShared = (shared: object, own: unknown): unknown =>
  own === undefined ? shared : isObject(own) ? { ...shared, ...own } : own

const nameOfProvider = (body: unknown): string | null => {
  const provider = (body as { provider?: unknown } | null)?.provider
  return typeof provider === 'string' ? provider : null
}

/** A key that does not parse, or does not fit its algorithm, is refused now and not at the first exchange. */
function checkKeys({ signer }: InputPorts, input: WholeInput): Problem[] {
  const key = input.secrets.private_key
  if (!(key instanceof Secret)) return []
  const alg = typeof input.recipe.alg === 'string' ? input.recipe.alg : 'RS256'
  const wrong = signer.check(key.reveal(), alg)
  if (wrong === null) return []
  return [{ path: '/secrets/private_key', code: 'secret.unfit_key', detail: wrong }]
}

/** Values that do not fit the pattern of their field. A secret is judged when it is here, and never quoted. */
function checkPatterns({ recipe, secrets }: WholeInput): Problem[] {
  return fieldsOf(recipe).flatMap((field) => {
    if (field.pattern === undefined || !isPattern(field.pattern)) return []
    const sealed = field.secret ? secrets[field.name] : undefined
    const value = sealed instanceof Secret ? sealed.reveal() : plainValue(recipe, field)
    if (typeof value !== 'string' || matchesPattern(value, field.pattern)) return []
    const path = field.secret ? `/secrets/${field.name}` : `/recipe/field_values/${field.name}`
    return [{ path, code: 'field.invalid', detail: `The value does not match ${field.pattern}.` }]
  })
}

/** Patterns that are no RE2 expressions. */
export const patternProblems = (recipe: object): Problem[] =>
  fieldsOf(recipe as AnyRecipe).flatMap((field, index) =>
    field.pattern === undefined || isPattern(field.pattern)
      ? []
      : [
          {
            path: `/recipe/fields/${index}/pattern`,
            code: 'field.invalid',
            detail: 'This is no RE2 expression.',
            hint: 'RE2 has neither look-around nor back-references.',
          },
        ],
  )

export function keepSecrets(input: Pick<CredentialInput, 'secrets'>): KeptSecrets {
  return Object.fromEntries(
    Object.entries(input.secrets).map(([name, secret]) => [
      name,
      secret instanceof Secret ? { value: secret } : { reference: secret },
    ]),
  )
}

export function describeSecrets(kept: KeptSecrets, now: number): Record<string, SecretFacts> {
  return Object.fromEntries(
    Object.entries(kept).map(([name, secret]) => [
      name,
      { set: true as const, updatedAt: now, ...('reference' in secret && { reference: secret.reference }) },
    ]),
  )
}
