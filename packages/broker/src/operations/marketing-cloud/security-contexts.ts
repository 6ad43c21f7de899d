import { BursarError } from '@bursar/domain/error.ts'
import { isObject } from '@bursar/domain/json.ts'
import { credentialNameOf, externalKey, externalKeyOf } from '@bursar/domain/marketing-cloud/external-key.ts'
import {
  CONTEXT_GRANTS,
  type CompiledContext,
  compileContext,
  findGrant,
  presentContext,
  problemOfContext,
  type SecurityContext,
} from '@bursar/domain/marketing-cloud/security-context.ts'
import { mergeRecipe as mergePatch } from '@bursar/domain/recipe.ts'
import type { Caller, CredentialView, Page } from '../operations.ts'
import type { MarketingCloudPorts } from './ports.ts'

/** A security context with what is known of its token. */
export interface SecurityContextView {
  context: SecurityContext
  view: CredentialView
}

type ContextPorts = Pick<MarketingCloudPorts, 'tokens'>

export const contextNotFound = (key: string): BursarError =>
  new BursarError('security_context.not_found', {
    detail: `There is no security context with the external key "${key}".`,
    hint: 'List them: bursar security-context list.',
  })

function viewOf(view: CredentialView): SecurityContextView | undefined {
  const key = externalKeyOf(view.credential.name)
  if (key === undefined) return undefined
  return { view, context: presentContext({ ...view.credential, externalKey: key }) }
}

/** Speaks of the members that were sent, not of those of the credential they were made into. */
async function inTermsOfContext<T>(key: string, work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    if (!(error instanceof BursarError)) throw error
    if (error.code === 'credential.not_found') throw contextNotFound(key)
    if (error.problems.length === 0) throw error
    const taken = error.code === 'credential.name_taken'
    const detail = taken ? `A security context with the external key "${key}" exists already.` : error.detail
    const hint = taken ? 'Choose another external key, or change the one that is there.' : error.hint
    throw new BursarError(error.code, {
      detail,
      ...(hint !== undefined && { hint }),
      problems: error.problems.map((problem) => ({
        ...problemOfContext(problem),
        ...(taken && { detail }),
      })),
      cause: error,
    })
  }
}

function compile(body: unknown, secretKept: boolean): CompiledContext {
  const compiled = compileContext(body, { secretKept })
  if ('context' in compiled) return compiled.context
  throw new BursarError('request.invalid', { problems: compiled.problems })
}

/** Keeps a security context: a credential whose destination rules are the valid service URLs. */
export async function createSecurityContext(
  { tokens }: ContextPorts,
  caller: Caller,
  body: unknown,
  options: { waitSeconds?: number },
): Promise<SecurityContextView> {
  const { externalKey: key, credential } = compile(body, false)
  return viewOf(await inTermsOfContext(key, tokens.createCredential(caller, credential, options)))!
}

export async function getSecurityContext(
  { tokens }: ContextPorts,
  caller: Caller,
  key: string,
): Promise<SecurityContextView> {
  if (!externalKey.safeParse(key).success) throw contextNotFound(key)
  return viewOf(await inTermsOfContext(key, tokens.getCredential(caller, credentialNameOf(key))))!
}

export async function listSecurityContexts(
  { tokens }: ContextPorts,
  caller: Caller,
  query: { cursor?: string; limit?: number },
): Promise<Page<SecurityContextView>> {
  const page = await tokens.listCredentials(caller, { ...query, q: 'mc.' })
  return {
    items: page.items.flatMap((view) => viewOf(view) ?? []),
    nextCursor: page.nextCursor,
  }
}

/** A JSON merge patch (RFC 7396) over what the context is shown as; the secret stays unless it is named. */
export async function updateSecurityContext(
  ports: ContextPorts,
  caller: Caller,
  key: string,
  patch: unknown,
): Promise<SecurityContextView> {
  const { context: before, view } = await getSecurityContext(ports, caller, key)
  if (!isObject(patch))
    throw new BursarError('request.invalid', { detail: 'A patch is a JSON object.', path: '' })
  if (patch.externalKey !== undefined && patch.externalKey !== key) {
    throw new BursarError('request.invalid', {
      path: '/externalKey',
      detail: 'Activities name a security context by its external key, so it can not be changed.',
      hint: 'Make a new one, and let the activities name it.',
    })
  }
  const grantType =
    typeof patch.grantType === 'string' ? (findGrant(patch.grantType) ?? null) : before.grantType
  const [old, next] = [CONTEXT_GRANTS[before.grantType], CONTEXT_GRANTS[grantType ?? before.grantType]]
  const secretKept = old.secret.name === next.secret.name
  // With another grant, what only the old one takes goes, unless it was named just now and is to be refused.
  const kept = Object.entries(before).filter(
    ([name]) => !Object.hasOwn(old.members.shape, name) || Object.hasOwn(next.members.shape, name),
  )
  const { credential } = compile(mergePatch(Object.fromEntries(kept), patch), secretKept)
  const { recipe, secrets } = view.credential
  const change = {
    recipe: { ...gone(recipe, credential.recipe), ...credential.recipe },
    secrets: { ...(!secretKept && gone(secrets, credential.secrets)), ...credential.secrets },
    destinations: credential.destinations,
    labels: credential.labels,
  }
  return viewOf(
    await inTermsOfContext(key, ports.tokens.updateCredential(caller, credentialNameOf(key), change)),
  )!
}

/** In a merge patch, null takes a member away. */
const gone = (before: object, after: object): Record<string, null> =>
  Object.fromEntries(
    Object.keys(before)
      .filter((member) => !Object.hasOwn(after, member))
      .map((member) => [member, null]),
  )

export async function deleteSecurityContext(
  { tokens }: ContextPorts,
  caller: Caller,
  key: string,
): Promise<{ externalKey: string; revocation: { outcome: string; detail: string } }> {
  if (!externalKey.safeParse(key).success) throw contextNotFound(key)
  const { revocation } = await inTermsOfContext(key, tokens.deleteCredential(caller, credentialNameOf(key)))
  return { externalKey: key, revocation }
}
