import { createHash } from 'node:crypto'
import { CALLBACK_PATHS } from '@bursar/domain/callback-path.ts'
import { BursarError } from '@bursar/domain/error.ts'
import { grantOf } from '@bursar/domain/grants/table.ts'
import { bindMembers, bindSecrets } from '@bursar/domain/standard-field.ts'
import { redactText } from '../outbound/redact.ts'
import type { CredentialRow } from '../store/store.ts'
import { auditEntry } from './audit.ts'
import { stateOfLink } from './connect/link-consent.ts'
import { notFound } from './credential-view.ts'
import type { Caller, Operations } from './operations.ts'
import { demand } from './permission.ts'
import type { Ports } from './ports.ts'
import { prepareRequest, resolveSecrets } from './request.ts'
import { openSecrets, sealAuthorization } from './sealed.ts'

type AuthorizePorts = Pick<
  Ports,
  'store' | 'envelope' | 'sources' | 'outbound' | 'signer' | 'clock' | 'random' | 'settings'
>
type Authorization = Awaited<ReturnType<Operations['authorize']>>

const [CALLBACK_PATH] = CALLBACK_PATHS

export const hashState = (state: string): string => createHash('sha256').update(state).digest('hex')

/** Begins a sign-in: a URL for a browser (RFC 6749 §4.1.1, RFC 7636), or a code for a device (RFC 8628). */
export async function authorize(
  ports: AuthorizePorts,
  caller: Caller,
  name: string,
  /** The connect link that begins it, and that ends with it. */
  linkId: string | null = null,
): Promise<Authorization> {
  demand(caller, { action: 'credentials:write' })
  const row = await ports.store.credentials.get(caller.workspaceId, name)
  if (row === undefined) throw notFound(name)
  const { consent } = grantOf(row.recipe)
  if (consent === 'redirect') return startRedirect(ports, caller, row, linkId)
  if (consent === 'device') return startDevice(ports, caller, row)
  throw new BursarError('credential.no_consent', {
    detail: `The grant "${row.recipe.grant}" gets its token without a person.`,
    hint: `Exchange it instead: bursar credential exchange ${name}.`,
  })
}

async function startRedirect(
  ports: AuthorizePorts,
  caller: Caller,
  row: CredentialRow,
  linkId: string | null,
): Promise<Authorization> {
  const { store, envelope, clock, random, settings } = ports
  const now = clock.now()
  const state = stateOfLink(random.text(32), linkId)
  const verifier = random.text(32)
  const stateHash = hashState(state)
  const redirectUri = `${settings.publicUrl()}${row.recipe.callback_path ?? CALLBACK_PATH}`
  const expiresAt = now + settings.authorizationSeconds
  await store.authorizations.insert(
    {
      workspaceId: row.workspaceId,
      credentialId: row.id,
      stateHash,
      kind: 'redirect',
      sealed: sealAuthorization(envelope, { workspaceId: row.workspaceId, stateHash }, verifier),
      redirectUri,
      intervalSeconds: null,
      expiresAt,
      createdAt: now,
    },
    auditEntry(caller, now, 'credential.authorize', row.name),
  )
  const codeChallenge = createHash('sha256').update(verifier).digest('base64url')
  const authorizationUrl = grantOf(row.recipe).authorizationRequest!(bindMembers(row.recipe), {
    redirectUri,
    state,
    codeChallenge,
  })
  return { authorizationUrl, expiresAt }
}

async function startDevice(
  ports: AuthorizePorts,
  caller: Caller,
  row: CredentialRow,
): Promise<Authorization> {
  const { store, envelope, clock, random, settings } = ports
  const secrets = await resolveSecrets(ports, row.workspaceId, openSecrets(envelope, row))
  const bound = { recipe: bindMembers(row.recipe), secrets: bindSecrets(row.recipe, secrets, false) }
  const input = { ...bound, now: clock.now(), randomId: random.text(16) }
  const grant = grantOf(row.recipe)
  const plan = grant.planDeviceAuthorization!(input)
  if (plan.kind !== 'send') throw new BursarError('internal')
  const { wire, secrets: signed } = await prepareRequest(ports, plan.request)
  const sent = await ports.outbound.send(wire, { deadlineMs: settings.upstreamDeadlineSeconds * 1000 })
  if (sent.kind === 'no_answer')
    throw new BursarError('exchange.unavailable', { detail: sent.failure.detail })
  const read = grant.readDeviceAuthorization!(sent.answer)
  if ('kind' in read) {
    const known = [...Object.values(secrets).map((secret) => secret.reveal()), ...signed]
    const detail = 'description' in read && read.description ? redactText(read.description, known) : undefined
    throw new BursarError('exchange.refused', {
      detail: `The device authorization endpoint answered ${sent.answer.status}${detail ? `: ${detail}` : '.'}`,
    })
  }
  const now = clock.now()
  const code = read.deviceCode.reveal()
  const stateHash = hashState(code)
  const expiresAt = now + read.expiresInSeconds
  await store.authorizations.insert(
    {
      workspaceId: row.workspaceId,
      credentialId: row.id,
      stateHash,
      kind: 'device',
      sealed: sealAuthorization(envelope, { workspaceId: row.workspaceId, stateHash }, code),
      redirectUri: null,
      intervalSeconds: read.intervalSeconds,
      expiresAt,
      createdAt: now,
    },
    auditEntry(caller, now, 'credential.authorize', row.name),
  )
  // The refresher asks the token endpoint from now on (RFC 8628 §3.4).
  const at = { workspaceId: row.workspaceId, credentialId: row.id }
  await store.tokens.makeDue({ ...at, claimableAt: now + read.intervalSeconds })
  return {
    authorizationUrl: read.verificationUriComplete ?? read.verificationUri,
    verificationUri: read.verificationUri,
    userCode: read.userCode,
    expiresAt,
  }
}
