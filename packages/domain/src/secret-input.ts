import { z } from 'zod'
import type { Problem } from './error.ts'
import type { AnyRecipe } from './every-recipe.ts'
import { fieldsOf, typedValue } from './field.ts'
import { type GrantSecretName, SECRET_NAMES, type SecretName } from './grants/grant.ts'
import { DEFAULT_ALGORITHM } from './jwt.ts'
import { type SecretReference, secretReference } from './outside-reference.ts'
import { inspectPrivateKey, keyMisfit } from './private-key.ts'
import { pointer, problem } from './problem.ts'
import { unknownMember } from './schema-problem.ts'
import { Secret } from './secret.ts'
import { secretNeeds } from './secret-needs.ts'
import { valueFault } from './variation-problem.ts'

/** A secret as it was handed in: the value, or where it lives. */
export type SecretSource = Secret | SecretReference
export type SecretSources = Readonly<Record<SecretName, SecretSource>>

const MAX_SECRET_LENGTH = 65_536

/** A secret on the wire. */
export const secretInput = z.union([
  z.string().min(1, 'A secret is not empty.').max(MAX_SECRET_LENGTH),
  secretReference,
])
export type SecretInput = z.infer<typeof secretInput>

const namedSecrets = <V extends z.ZodType>(value: V) =>
  z
    .object(
      Object.fromEntries(SECRET_NAMES.map((name) => [name, value.optional()])) as Record<
        GrantSecretName,
        z.ZodOptional<V>
      >,
    )
    .catchall(value)
    .describe('By name: those that the grant takes, and the secret fields that the recipe declares.')

export const secretsInput = namedSecrets(secretInput)
/** Null takes a secret away. */
export const secretsPatch = namedSecrets(secretInput.nullable())

/** Wraps the value, so that nothing after this can print it. */
export const secretSource = (input: SecretInput): SecretSource =>
  typeof input === 'string' ? new Secret(input) : input

/** What is wrong with the secrets of a recipe: those missing, those it does not take, keys that can not sign. */
export function secretProblems(recipe: AnyRecipe, secrets: SecretSources, basePath = '/secrets'): Problem[] {
  const { required, optional } = secretNeeds(recipe)
  const taken = [...required, ...optional]
  const names = Object.keys(secrets).filter((name) => secrets[name] !== undefined)
  const missing = required
    .filter((name) => !names.includes(name))
    .map((name) => problem(`${basePath}/${name}`, 'secret.missing', `The recipe needs the secret ${name}.`))
  const unexpected = names
    .filter((name) => !taken.includes(name))
    .map((name) => unexpectedSecret(pointer(basePath, [name]), name, taken))
  const key = taken.includes('private_key') ? secrets.private_key : undefined
  const malformed = key instanceof Secret ? privateKeyProblems(recipe, key, `${basePath}/private_key`) : []
  return [...missing, ...unexpected, ...malformed, ...fieldSecretProblems(recipe, secrets, basePath)]
}

function unexpectedSecret(path: string, name: SecretName, taken: readonly SecretName[]): Problem {
  if (!(SECRET_NAMES as readonly string[]).includes(name)) return unknownMember(path, name, taken)
  const hint = taken.length > 0 ? `It takes ${taken.join(' and ')}.` : 'It takes no secret.'
  return problem(path, 'secret.unexpected', `The recipe does not take the secret ${name}.`, hint)
}

/** Secrets that their fields do not allow. A message never repeats the value. */
function fieldSecretProblems(recipe: AnyRecipe, secrets: SecretSources, basePath: string): Problem[] {
  return fieldsOf(recipe).flatMap((field) => {
    const given = field.secret ? secrets[field.name] : undefined
    if (!(given instanceof Secret)) return []
    const fault = valueFault(field, typedValue(field, given.reveal()))
    return fault ? [problem(`${basePath}/${field.name}`, 'field.invalid', fault)] : []
  })
}

function privateKeyProblems(recipe: AnyRecipe, key: Secret, path: string): Problem[] {
  const inspected = inspectPrivateKey(key.reveal())
  if ('problem' in inspected) {
    return [problem(path, 'secret.malformed', inspected.problem.detail, inspected.problem.hint)]
  }
  const misfit = keyMisfit(recipe.alg ?? DEFAULT_ALGORITHM, inspected.facts)
  return misfit
    ? [problem(path, 'secret.wrong_key', misfit, 'Change alg of the recipe, or give another key.')]
    : []
}
