import { parseCredentialPatch } from '@bursar/domain/credential-input.ts'
import { BursarError } from '@bursar/domain/error.ts'
import { grantOf } from '@bursar/domain/grants/table.ts'
import { mergeRecipe as mergePatch } from '@bursar/domain/recipe.ts'
import { type Condition, initialCondition } from '@bursar/domain/state.ts'
import type { CredentialRow, DocumentUnit } from '../store/store.ts'
import { auditEntry } from './audit.ts'
import { describeSecrets, keepSecrets, readCredentialInput } from './credential-input.ts'
import { loadView, notFound } from './credential-view.ts'
import type { Caller, CredentialView, Revisions } from './operations.ts'
import { demand } from './permission.ts'
import type { Ports } from './ports.ts'
import { demandRevision } from './precondition.ts'
import { type KeptSecrets, openOutputs, openSecrets, sealOutputs, sealSecrets } from './sealed.ts'

type UpdatePorts = Pick<Ports, 'store' | 'envelope' | 'signer' | 'clock' | 'settings'>

const ATTEMPTS = 5

/** What a door wants done besides. */
export interface Beside {
  /**
   * It begins anew, as if it had just been made, though a token that lives is served until the next one;
   * `pending` also where a person consented once, as long as the refresh token is still good.
   */
  restart?: 'anew' | 'pending'
  /** When it is due, instead of at once where something has changed. */
  claimableAt?: number | null
  /** What an exchange that is under way brings is not what is asked for now: it is thrown away where that is harmless. */
  endLease?: boolean
  /** Throws the token away that it holds. */
  dropToken?: boolean
  /** What is kept beside it, in the same write. */
  documents?: DocumentUnit
  /** What a door says of it in the audit trail. */
  detail?: Record<string, unknown>
}

/**
 * Applies a JSON merge patch (RFC 7396). A change of recipe or secrets makes a new token due; the one that
 * lives is served until then. Secrets that are not named stay as they are; `null` removes one.
 */
export async function updateCredential(
  ports: UpdatePorts,
  caller: Caller,
  name: string,
  patch: unknown,
  revisions: Revisions = null,
  beside: Beside = {},
): Promise<CredentialView> {
  demand(caller, { action: 'credentials:write' })
  const parsed = parseCredentialPatch(patch)
  if ('problems' in parsed) throw new BursarError('request.invalid', { problems: parsed.problems })
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const row = await ports.store.credentials.get(caller.workspaceId, name)
    if (row === undefined) throw notFound(name)
    demandRevision(revisions, row.revision, name)
    if (await applyPatch(ports, caller, row, patch as Record<string, unknown>, beside))
      return loadView(ports, caller.workspaceId, name)
  }
  throw new BursarError('credential.changed', {
    hint: 'Somebody else is changing it. Read it again, then repeat.',
  })
}

async function applyPatch(
  ports: UpdatePorts,
  caller: Caller,
  row: CredentialRow,
  patch: Record<string, unknown>,
  beside: Beside,
): Promise<boolean> {
  const { store, envelope, clock } = ports
  const now = clock.now()
  const old = openSecrets(envelope, row)
  const named = (patch.secrets ?? {}) as Record<string, unknown>
  // Kept secrets stand in as references to themselves, so that the whole credential is validated as one.
  const before = {
    name: row.name,
    // A provider named anew brings its own recipe; only what the patch says is laid over it.
    recipe: patch.provider == null ? row.recipe : valuesKept(row, patch.provider),
    secrets: Object.fromEntries(
      Object.entries(old)
        // A reference that is named anew replaces the old one whole: its members mean nothing beside others.
        .filter(([name]) => !Object.hasOwn(named, name))
        // What an earlier provider shared, the one that is named anew shares again or not.
        .filter(([, kept]) => patch.provider == null || !isShared(kept))
        .map(([name, kept]) => [name, 'value' in kept ? kept.value.reveal() : kept.reference]),
    ),
    destinations: row.destinations.map((rule) =>
      rule.methods === null ? rule.url : { url: rule.url, methods: rule.methods },
    ),
    environment: row.environment,
    labels: row.labels,
    ...(patch.provider != null && { provider: patch.provider }),
  }
  const { recipe, ...rest } = patch as { recipe?: Record<string, unknown> }
  const replaced = recipe !== undefined && recipe.grant !== undefined && recipe.grant !== row.recipe.grant
  // Another grant has other members: its recipe starts anew.
  const target = mergePatch(before, replaced ? rest : patch)
  if (replaced) target.recipe = recipe
  const { input, provider } = await readCredentialInput(ports, row.workspaceId, target)

  const kept = keepSecrets(input)
  const secretsChanged = Object.keys(named).length > 0 || patch.provider != null
  const recipeChanged = JSON.stringify(input.recipe) !== JSON.stringify(row.recipe)
  const renew = secretsChanged || recipeChanged || beside.restart !== undefined
  const next: CredentialRow = {
    ...row,
    name: input.name,
    provider: patch.provider === null ? null : (provider ?? row.provider),
    recipe: input.recipe,
    secrets: factsAfter(row, kept, named, now),
    sealedSecrets: secretsChanged ? sealSecrets(envelope, row, kept) : row.sealedSecrets,
    destinations: input.destinations,
    environment: input.environment,
    labels: input.labels,
    revision: row.revision + 1,
    configRevision: renew ? row.configRevision + 1 : row.configRevision,
    updatedAt: now,
    ...(renew && (beside.restart ? restarted(row, beside.restart, now) : conditionAfterChange(row, kept))),
  }
  const token = {
    ...(await tokenAfterChange(ports, row, next, renew, 'refresh_token' in named, now)),
    ...(beside.claimableAt !== undefined && { claimableAt: beside.claimableAt }),
    ...(beside.dropToken && { sealed: null }),
    ...(beside.endLease && { endLease: true }),
  }
  const changed = Object.keys(patch).concat(Object.keys(named).map((secret) => `secrets.${secret}`))
  const audit = auditEntry(caller, now, 'credential.update', row.name, { changed, ...beside.detail })
  return store.credentials.update(next, row.revision, token, audit, beside.documents)
}

/** What somebody entered stays when the same provider is named anew, for its newest version. */
const valuesKept = ({ provider, recipe }: CredentialRow, named: unknown): Record<string, unknown> =>
  provider?.name === named && recipe.field_values !== undefined ? { field_values: recipe.field_values } : {}

const isShared = (kept: KeptSecrets[string]): boolean =>
  'reference' in kept && kept.reference.from === 'provider'

function factsAfter(row: CredentialRow, kept: KeptSecrets, named: Record<string, unknown>, now: number) {
  const fresh = describeSecrets(kept, now)
  const entries = Object.entries(fresh).map(([name, facts]) => {
    const before = row.secrets[name as keyof typeof row.secrets]
    return [name, name in named || before === undefined ? facts : before]
  })
  return Object.fromEntries(entries)
}

/** What was final under the old configuration may work under the new one. */
function conditionAfterChange(row: CredentialRow, kept: KeptSecrets): Condition | undefined {
  if (row.status === 'paused') return pausedWithChange(row)
  if (row.reason === null) return undefined
  const waitsForPerson = grantOf(row.recipe).consent !== 'none' && kept.refresh_token === undefined
  if (row.status === 'needs_sign_in' && waitsForPerson) return undefined
  const { final: _final, ...reason } = row.reason
  return { status: row.status === 'degraded' ? 'degraded' : 'pending', reason }
}

/** A pause outlasts the change, which counts when it ends. */
const pausedWithChange = ({ reason }: CredentialRow): Condition | undefined =>
  reason === null ? undefined : { status: 'paused', reason: { ...reason, exchangeOnResume: true } }

/** As it was when it was made; a pause outlasts it. */
function restarted(row: CredentialRow, how: 'anew' | 'pending', now: number): Condition | undefined {
  if (row.status === 'paused') return pausedWithChange(row)
  return initialCondition(how === 'pending' ? 'none' : grantOf(row.recipe).consent, now)
}

async function tokenAfterChange(
  { store, envelope }: UpdatePorts,
  row: CredentialRow,
  next: CredentialRow,
  renew: boolean,
  newRefreshToken: boolean,
  now: number,
): Promise<Parameters<Ports['store']['credentials']['update']>[2]> {
  if (!renew) return {}
  const waits = next.status === 'paused' || next.status === 'needs_sign_in'
  const due = waits ? {} : { claimableAt: now }
  if (!newRefreshToken) return due
  // The refresh token that was entered now replaces the one the last exchange left.
  const token = await store.tokens.get(row.workspaceId, row.id)
  const outputs = token === undefined ? null : openOutputs(envelope, token)
  if (token === undefined) return { ...due, clearIntent: true }
  if (outputs === null) return { ...due, expectedVersion: token.version, clearIntent: true }
  const { refreshToken: _old, ...others } = outputs
  return {
    ...due,
    sealed: sealOutputs(envelope, token, others),
    expectedVersion: token.version,
    clearIntent: true,
  }
}
