import type { Credential, CredentialDraft } from './credential.ts'
import { bodyOf } from './credential.ts'
import { isSame, mergePatch } from './merge-patch.ts'

const scopeText = (recipe: Record<string, unknown>) =>
  Array.isArray(recipe.scope) ? { ...recipe, scope: recipe.scope.join(' ') } : recipe

/** A credential as its form shows it. Secrets are not in it: what stays empty stays as it is. */
export function draftOf({ recipe, secrets, destinations, environment, labels }: Credential): CredentialDraft {
  const references = Object.entries(secrets).flatMap(([name, { reference }]) =>
    reference ? [[name, reference] as const] : [],
  )
  return {
    recipe: scopeText(recipe) as CredentialDraft['recipe'],
    secrets: Object.fromEntries(references),
    destinations: destinations as NonNullable<CredentialDraft['destinations']>,
    environment,
    labels,
    without_scopes: recipe.scope === undefined,
  }
}

/**
 * The merge patch that makes a credential what the form says. Only what was changed against the version that the
 * form began with is in it, so that saving over somebody else's change keeps what they did elsewhere.
 */
export function patchOf(
  over: Credential,
  draft: CredentialDraft,
  base: Credential = over,
): Record<string, unknown> {
  const [before, body] = [draftOf(base), bodyOf(draft)]
  const recipe = mergePatch(before.recipe, draft.recipe)
  const secrets = Object.fromEntries(
    Object.entries(draft.secrets).filter(
      ([name, value]) => value !== undefined && !isSame(value, before.secrets[name]),
    ),
  )
  const labels = mergePatch(before.labels ?? {}, draft.labels ?? {})
  return {
    ...(recipe && { recipe }),
    ...(Object.keys(secrets).length > 0 && { secrets }),
    ...(!isSame(before.destinations, body.destinations) && { destinations: body.destinations }),
    ...((draft.environment || null) !== base.environment && { environment: draft.environment || null }),
    ...(labels && { labels }),
  }
}

/** Members that two versions of a credential have otherwise, with their names as in the form. */
export function differences(
  before: CredentialDraft,
  theirs: CredentialDraft,
  mine: CredentialDraft,
): Array<{ member: string; theirs: unknown; mine: unknown }> {
  const flat = ({ recipe, destinations, environment, labels }: CredentialDraft): Record<string, unknown> => ({
    ...recipe,
    destinations,
    environment: environment || null,
    labels,
  })
  const [a, b, c] = [flat(before), flat(theirs), flat(mine)]
  return [...new Set([...Object.keys(a), ...Object.keys(b)])]
    .filter((member) => !isSame(a[member], b[member]))
    .map((member) => ({ member, theirs: b[member], mine: c[member] }))
}
