import { BursarError } from '@bursar/domain/error.ts'
import type { SigningAlgorithm } from '@bursar/domain/exchange.ts'
import type { AppConfig } from '@bursar/domain/issuing/app-input.ts'
import type { AppPage } from '@bursar/domain/issuing/app-page.ts'
import type { ScheduledKey } from '@bursar/domain/issuing/key-schedule.ts'
import type { OutsideReference } from '@bursar/domain/outside-reference.ts'
import { Secret } from '@bursar/domain/secret.ts'
import type { PublicJwk } from '../../issuer/jwk.ts'
import type { AuditEntry, DocumentRow } from '../../store/store.ts'
import type { Ports } from '../ports.ts'
import type { ClientSecretFacts } from './app-operations.ts'
import { DOOR } from './door-name.ts'

/** What the apps keep among the documents of all doors. */
export type Kind = 'page' | 'app' | 'signing_key' | 'revocation'

export type KeyVersion = ScheduledKey & { jwk: PublicJwk | null }

/** What the body of each kind of document holds. */
export interface PageBody {
  config: AppPage
}
export interface AppBody {
  config: AppConfig
  clientSecrets: ClientSecretFacts[]
  signingSecret: SigningSecretFacts | null
  /** Absent where none has ever been replaced with overlap. */
  formerSigningSecrets?: readonly FormerSigningSecret[]
}
export interface SigningSecretFacts {
  updatedAt: number
  reference?: OutsideReference
}
/** A signing secret that signs no more and still verifies. */
export type FormerSigningSecret = SigningSecretFacts & { id: string; endsAt: number }
export interface SigningKeyBody {
  algorithm: SigningAlgorithm
  keys: KeyVersion[]
}
export interface RevocationBody {
  jti: string
  expiresAt: number
}

/** What is sealed beside them. */
export interface AppSecrets {
  /** Salted hashes by the id of the client secret. */
  hashes: Record<string, string>
  signingSecret: Secret | null
  /** By id, as far as they are kept here. */
  formerSigningSecrets: Record<string, Secret>
}
/** Texts of keys by kid. */
export type KeySecrets = Record<string, Secret>

type SealPorts = Pick<Ports, 'envelope'>

const placeOf = (row: Pick<DocumentRow, 'workspaceId' | 'kind' | 'id'>) => ({
  workspaceId: row.workspaceId,
  table: 'documents',
  row: `${DOOR}/${row.kind}/${row.id}`,
  column: 'sealed',
})

const revealed = (secrets: Readonly<Record<string, Secret>>): Record<string, string> =>
  Object.fromEntries(Object.entries(secrets).map(([name, text]) => [name, text.reveal()]))

const hidden = (texts: Readonly<Record<string, string>>): Record<string, Secret> =>
  Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, new Secret(text)]))

type Place = Pick<DocumentRow, 'workspaceId' | 'id'>

export const sealAppSecrets = ({ envelope }: SealPorts, row: Place, secrets: AppSecrets): Uint8Array =>
  envelope.seal(
    placeOf({ ...row, kind: 'app' }),
    JSON.stringify({
      hashes: secrets.hashes,
      signingSecret: secrets.signingSecret?.reveal() ?? null,
      formerSigningSecrets: revealed(secrets.formerSigningSecrets),
    }),
  )

export function openAppSecrets({ envelope }: SealPorts, row: DocumentRow): AppSecrets {
  const plain = JSON.parse(envelope.open(placeOf(row), row.sealed!)) as {
    hashes: Record<string, string>
    signingSecret: string | null
    formerSigningSecrets?: Record<string, string>
  }
  return {
    hashes: plain.hashes,
    signingSecret: plain.signingSecret === null ? null : new Secret(plain.signingSecret),
    formerSigningSecrets: hidden(plain.formerSigningSecrets ?? {}),
  }
}

export const sealKeySecrets = ({ envelope }: SealPorts, row: Place, secrets: KeySecrets): Uint8Array =>
  envelope.seal(placeOf({ ...row, kind: 'signing_key' }), JSON.stringify(revealed(secrets)))

export function openKeySecrets({ envelope }: SealPorts, row: DocumentRow): KeySecrets {
  return hidden(JSON.parse(envelope.open(placeOf(row), row.sealed!)) as Record<string, string>)
}

/** A document that nobody has yet. */
export function newDocument(
  { clock, random }: Pick<Ports, 'clock' | 'random'>,
  at: { workspaceId: string; kind: Kind; parentId?: string; name: string | null; id?: string },
  body: object,
): DocumentRow {
  const now = clock.now()
  return {
    workspaceId: at.workspaceId,
    door: DOOR,
    kind: at.kind,
    id: at.id ?? random.id(),
    parentId: at.parentId ?? '',
    name: at.name,
    body: body as Record<string, unknown>,
    sealed: null,
    revision: 1,
    createdAt: now,
    updatedAt: now,
  }
}

export const findDocument = (
  { store }: Pick<Ports, 'store'>,
  at: { workspaceId: string; kind: Kind; parentId?: string; name: string },
): Promise<DocumentRow | undefined> =>
  store.documents.getByName({
    workspaceId: at.workspaceId,
    door: DOOR,
    kind: at.kind,
    parentId: at.parentId ?? '',
    name: at.name,
  })

const ATTEMPTS = 5

/** Reads, changes and writes a document; again when somebody else was faster. */
export async function changeDocument(
  { store }: Pick<Ports, 'store'>,
  read: () => Promise<DocumentRow>,
  change: (row: DocumentRow) => Promise<{ row: DocumentRow; audit: AuditEntry }>,
): Promise<DocumentRow> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const before = await read()
    const { row, audit } = await change(before)
    if (await store.documents.update(row, before.revision, audit))
      return { ...row, revision: before.revision + 1 }
  }
  throw new BursarError('app.changed', { hint: 'Ask again.' })
}
