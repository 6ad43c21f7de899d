import { BursarError } from '@bursar/domain/error.ts'
import { plainErrorCode, plainProviderText } from '@bursar/domain/provider-text.ts'
import { Secret } from '@bursar/domain/secret.ts'
import type { Reason } from '@bursar/domain/state.ts'
import type { CredentialRow } from '../store/store.ts'
import { auditEntry } from './audit.ts'
import { hashState } from './authorize.ts'
import { linkOfState, underLink } from './connect/link-consent.ts'
import type { Exchanger } from './exchange-now.ts'
import type { Operations } from './operations.ts'
import type { Ports } from './ports.ts'
import { openAuthorization } from './sealed.ts'

type ConsentPorts = Pick<Ports, 'store' | 'envelope' | 'clock' | 'log'> & { exchanger: Exchanger }

/** The browser is back (RFC 6749 §4.1.2). The state is good once; the code is exchanged at once. */
export async function completeConsent(
  ports: ConsentPorts,
  query: Parameters<Operations['completeConsent']>[0],
): ReturnType<Operations['completeConsent']> {
  const { store, envelope, clock } = ports
  const unknown = new BursarError('consent.unknown', {
    detail: 'This sign-in is not known here: it was used already, or it has expired.',
    hint: 'Start it again: bursar credential connect <name>.',
  })
  if (query.state === undefined || query.state === '') throw unknown
  const pending = await store.authorizations.consume(hashState(query.state), clock.now())
  if (pending === undefined || pending.kind !== 'redirect' || pending.redirectUri === null) throw unknown
  const credential = await store.credentials.getById(pending.workspaceId, pending.credentialId)
  const token = await store.tokens.get(pending.workspaceId, pending.credentialId)
  if (credential === undefined || token === undefined) throw unknown
  if (query.error !== undefined) {
    const said = plainProviderText(query.errorDescription ?? '')
    await noteRefusal(ports, credential, plainErrorCode(query.error), said)
    throw new BursarError('consent.refused', {
      detail: `The provider answered "${plainErrorCode(query.error)}"${said === '' ? '.' : `: ${said}`}`,
      hint: 'Sign in again and allow the access that is asked for.',
    })
  }
  // Mix-up defence, RFC 9207 §2.4: an answer of another issuer is not ours.
  const issuer = credential.recipe.authorization_issuer
  if (typeof issuer === 'string' && query.iss !== issuer) {
    throw new BursarError('consent.refused', {
      detail: 'The answer came from another issuer than the expected one.',
    })
  }
  if (query.code === undefined || query.code === '') {
    throw new BursarError('consent.refused', { detail: 'The provider sent neither a code nor an error.' })
  }
  const consent = {
    kind: 'code' as const,
    code: new Secret(query.code),
    codeVerifier: openAuthorization(envelope, pending),
    redirectUri: pending.redirectUri,
  }
  const { workspaceId, id: credentialId } = credential
  const { succeeded } = await underLink(ports, workspaceId, linkOfState(query.state), async () => {
    const result = await ports.exchanger.newerThan(
      { workspaceId, credentialId },
      token.version,
      'consent',
      consent,
    )
    const end = result.kind === 'made' ? result.end : null
    return { succeeded: end?.event.kind === 'token' && end.saved !== 'fenced' }
  })
  const after = await store.credentials.getById(credential.workspaceId, credential.id)
  const status = after?.status ?? 'deleted'
  return {
    name: credential.name,
    status,
    detail: succeeded ? 'Signed in.' : (after?.reason?.detail ?? 'The code could not be exchanged.'),
  }
}

/** So that who waits for the sign-in sees what came of it. A credential that works is left alone. */
async function noteRefusal(
  { store, clock }: ConsentPorts,
  credential: CredentialRow,
  code: string,
  said: string,
): Promise<void> {
  if (credential.status !== 'needs_sign_in') return
  const now = clock.now()
  const reason: Reason = {
    code: 'consent.refused',
    detail: `The sign-in ended with "${code}"${said === '' ? '.' : `: ${said}`}`,
    since: now,
    mender: 'person',
    hint: 'Sign in again and allow the access that is asked for.',
  }
  const { workspaceId, name, revision } = credential
  const audit = auditEntry({ workspaceId, id: 'system' }, now, 'credential.consent_refused', name, { code })
  // Somebody else changed it meanwhile: what they did counts.
  await store.credentials.update(
    { ...credential, reason, revision: revision + 1, updatedAt: now },
    revision,
    {},
    audit,
  )
}
