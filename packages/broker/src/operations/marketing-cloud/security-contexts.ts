import { isDeepStrictEqual } from 'node:util'
import type { DestinationRule } from '@bursar/domain/destination-rule.ts'
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

const ATTEMPTS = 5

/** A JSON merge patch (RFC 7396) over what the context is shown as; the secret stays unless it is named. */
export async function updateSecurityContext(
  ports: ContextPorts,
  caller: Caller,
  key: string,
  patch: unknown,
): Promise<SecurityContextView> {
  if (!isObject(patch))
    throw new BursarError('request.invalid', { detail: 'A patch is a JSON object.', path: '' })
  if (patch.externalKey !== undefined && patch.externalKey !== key) {
    throw new BursarError('request.invalid', {
      path: '/externalKey',
      detail: 'Activities name a security context by its external key, so it can not be changed.',
      hint: 'Make a new one, and let the activities name it.',
    })
  }
  for (let attempt = 1; ; attempt += 1) {
    const found = await getSecurityContext(ports, caller, key)
    const change = changeOf(found, patch)
    const revisions = [found.view.credential.revision]
    const work = ports.tokens.updateCredential(caller, credentialNameOf(key), change, revisions)
    try {
      return viewOf(await inTermsOfContext(key, work))!
    } catch (error) {
      // Whoever was faster changed the credential; the patch holds for what they left as well.
      const isLate = error instanceof BursarError && error.code === 'request.precondition'
      if (!isLate || attempt === ATTEMPTS) throw error
    }
  }
}

/**
 * What a patch of a context changes of its credential, as a merge patch: nothing that it leaves alone, so that what
 * the native API set besides stays, as lifetimes, labels and methods of destination rules.
 */
function changeOf(
  { context: before, view }: SecurityContextView,
  patch: Record<string, unknown>,
): Record<string, unknown> {
  const grantType =
    typeof patch.grantType === 'string' ? (findGrant(patch.grantType) ?? null) : before.grantType
  const [from, to] = [CONTEXT_GRANTS[before.grantType], CONTEXT_GRANTS[grantType ?? before.grantType]]
  const secretKept = from.secret.name === to.secret.name
  // With another grant, what only the old one takes goes, unless it was named just now and is to be refused.
  const kept = Object.entries(before).filter(
    ([name]) => !Object.hasOwn(from.members.shape, name) || Object.hasOwn(to.members.shape, name),
  )
  const { credential } = compile(mergePatch(Object.fromEntries(kept), patch), secretKept)
  const { secrets, destinations } = view.credential
  const shown = compileContext(before, { secretKept: true })
  // What is shown need not make a context, where the native API changed it; then the patch decides all of it.
  const old = 'context' in shown ? shown.context.credential : undefined
  const isOtherGrant = old?.recipe.grant !== credential.recipe.grant
  const recipe = isOtherGrant ? credential.recipe : changed(old!.recipe, credential.recipe)
  const renamed = changed(old?.labels ?? {}, credential.labels)
  const named = { ...(!secretKept && gone(secrets, credential.secrets)), ...credential.secrets }
  const isMoved = !isDeepStrictEqual(old?.destinations, credential.destinations)
  return {
    ...(Object.keys(recipe).length > 0 && { recipe }),
    ...(Object.keys(named).length > 0 && { secrets: named }),
    ...(isMoved && { destinations: credential.destinations.flatMap((url) => rulesFor(url, destinations)) }),
    ...(Object.keys(renamed).length > 0 && { labels: renamed }),
  }
}

/** A URL that stays keeps the methods it is bound to. */
function rulesFor(url: string, rules: readonly DestinationRule[]) {
  const rule = rules.find((one) => one.url === url)
  return rule?.methods == null ? url : { url, methods: rule.methods }
}

/** The merge patch that makes the one of the other. */
const changed = (before: object, after: object): Record<string, unknown> => ({
  ...gone(before, after),
  ...Object.fromEntries(
    Object.entries(after).filter(
      ([member, value]) => !isDeepStrictEqual(value, before[member as keyof typeof before]),
    ),
  ),
})

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
