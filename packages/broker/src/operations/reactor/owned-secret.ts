import { BursarError, type Problem } from '@bursar/domain/error.ts'
import { isObject } from '@bursar/domain/json.ts'
import { secretIdOf } from '@bursar/domain/reactor/resource-type.ts'
import { mergeRecipe } from '@bursar/domain/recipe.ts'
import type { Caller } from '../operations.ts'
import type { Ports } from '../ports.ts'
import { keyOf } from './resources.ts'
import { NATIVE } from './secret-credential.ts'

/**
 * Refuses a patch of the credential that a secret of Reactor is, where it changes what the secret says: the next change
 * of the secret would undo that, and its answers would not show it.
 */
export async function demandNotOfSecret(
  { store }: Pick<Ports, 'store'>,
  { workspaceId }: Caller,
  name: string,
  patch: unknown,
): Promise<void> {
  const id = secretIdOf(name)
  if (id === null || !isObject(patch)) return
  const [document, row] = await Promise.all([
    store.documents.get(keyOf(workspaceId, 'secrets', id)),
    store.credentials.get(workspaceId, name),
  ])
  if (document === undefined || row === undefined) return
  const secrets = isObject(patch.secrets) ? Object.keys(patch.secrets) : []
  const paths = [
    ...(patch.name !== undefined && patch.name !== name ? ['/name'] : []),
    ...(patch.provider != null ? ['/provider'] : []),
    ...changedMembers(row.recipe, patch.recipe).map((member) => `/recipe/${member}`),
    ...secrets.map((secret) => `/secrets/${secret}`),
  ]
  if (paths.length === 0) return
  const code = 'credential.owned'
  const detail = 'The secret of Reactor says this, and what is changed here would not stay.'
  const hint = `Change the secret: PATCH /reactor/secrets/${id}.`
  const problems: Problem[] = paths.map((path) => ({ path, code, detail, hint }))
  throw new BursarError(code, { detail: `"${name}" is a secret of Reactor.`, hint, problems })
}

function changedMembers(recipe: object, patch: unknown): string[] {
  if (!isObject(patch)) return []
  const before = recipe as Record<string, unknown>
  const after = mergeRecipe(before, patch) as Record<string, unknown>
  return Object.keys(patch).filter(
    (member) => !NATIVE.includes(member) && JSON.stringify(before[member]) !== JSON.stringify(after[member]),
  )
}
