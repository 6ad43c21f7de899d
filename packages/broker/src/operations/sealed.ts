import type { TokenOutputs } from '@bursar/domain/exchange.ts'
import type { SecretName } from '@bursar/domain/grants/grant.ts'
import type { SecretReference } from '@bursar/domain/outside-reference.ts'
import { Secret } from '@bursar/domain/secret.ts'
import type { AuthorizationRow, CredentialRow, TokenRow } from '../store/store.ts'
import type { Envelope, Place } from '../vault/vault.ts'

type Row = { workspaceId: string; credentialId: string }

/** A secret of a credential as it is kept: the value itself, or where to read it. */
export type KeptSecret = { value: Secret } | { reference: SecretReference }
export type KeptSecrets = Record<SecretName, KeptSecret>

/** One secret by itself, sealed to where it is kept. */
export const sealKept = (envelope: Envelope, place: Place, kept: KeptSecret): Uint8Array =>
  envelope.seal(place, JSON.stringify('value' in kept ? { value: kept.value.reveal() } : kept))

export function openKept(envelope: Envelope, place: Place, sealed: Uint8Array): KeptSecret {
  const plain = JSON.parse(envelope.open(place, sealed)) as { value: string } | { reference: SecretReference }
  return 'value' in plain ? { value: new Secret(plain.value) } : plain
}

const secretsPlace = (row: { workspaceId: string; id: string }) => ({
  workspaceId: row.workspaceId,
  table: 'credentials',
  row: row.id,
  column: 'secrets',
})
const outputsPlace = (row: Row) => ({
  workspaceId: row.workspaceId,
  table: 'tokens',
  row: row.credentialId,
  column: 'outputs',
})
const journalPlace = (row: Row) => ({ ...outputsPlace(row), column: 'journal' })
const authorizationPlace = (row: Pick<AuthorizationRow, 'workspaceId' | 'stateHash'>) => ({
  workspaceId: row.workspaceId,
  table: 'authorizations',
  row: row.stateHash,
  column: 'sealed',
})

export function sealSecrets(
  envelope: Envelope,
  row: { workspaceId: string; id: string },
  secrets: KeptSecrets,
): Uint8Array | null {
  const entries = Object.entries(secrets)
  if (entries.length === 0) return null
  const plain = entries.map(([name, kept]) => [name, 'value' in kept ? { value: kept.value.reveal() } : kept])
  return envelope.seal(secretsPlace(row), JSON.stringify(Object.fromEntries(plain)))
}

export function openSecrets(envelope: Envelope, row: CredentialRow): KeptSecrets {
  if (row.sealedSecrets === null) return {}
  const plain = JSON.parse(envelope.open(secretsPlace(row), row.sealedSecrets)) as Record<
    SecretName,
    { value: string } | { reference: SecretReference }
  >
  return Object.fromEntries(
    Object.entries(plain).map(([name, kept]) => [
      name,
      'value' in kept ? { value: new Secret(kept.value) } : kept,
    ]),
  )
}

export function sealOutputs(envelope: Envelope, row: Row, outputs: TokenOutputs): Uint8Array {
  const others = Object.entries(outputs.others).map(([name, value]) => [name, value.reveal()])
  return envelope.seal(
    outputsPlace(row),
    JSON.stringify({
      accessToken: outputs.accessToken.reveal(),
      refreshToken: outputs.refreshToken?.reveal(),
      tokenType: outputs.tokenType,
      scope: outputs.scope,
      others: others.length > 0 ? Object.fromEntries(others) : undefined,
    }),
  )
}

export function openOutputs(
  envelope: Envelope,
  row: Pick<TokenRow, 'workspaceId' | 'credentialId' | 'sealed'>,
): TokenOutputs | null {
  if (row.sealed === null) return null
  const plain = JSON.parse(envelope.open(outputsPlace(row), row.sealed)) as {
    accessToken: string
    refreshToken?: string
    tokenType: string
    scope?: string
    others?: Record<string, string>
  }
  return {
    accessToken: new Secret(plain.accessToken),
    ...(plain.refreshToken !== undefined && { refreshToken: new Secret(plain.refreshToken) }),
    tokenType: plain.tokenType,
    ...(plain.scope !== undefined && { scope: plain.scope }),
    others: Object.fromEntries(Object.entries(plain.others ?? {}).map(([n, v]) => [n, new Secret(v)])),
  }
}

export const sealJournal = (envelope: Envelope, row: Row, answer: string): Uint8Array =>
  envelope.seal(journalPlace(row), answer)
export const openJournal = (envelope: Envelope, row: Row, sealed: Uint8Array): string =>
  envelope.open(journalPlace(row), sealed)

export const sealAuthorization = (
  envelope: Envelope,
  row: Pick<AuthorizationRow, 'workspaceId' | 'stateHash'>,
  plain: string,
): Uint8Array => envelope.seal(authorizationPlace(row), plain)
export const openAuthorization = (envelope: Envelope, row: AuthorizationRow): Secret =>
  new Secret(envelope.open(authorizationPlace(row), row.sealed))
