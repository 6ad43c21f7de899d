import { BursarError } from '@bursar/domain/error.ts'
import type { SigningAlgorithm } from '@bursar/domain/exchange.ts'
import { parseBody } from '@bursar/domain/issuing/app-input.ts'
import { signingKeyInput, signingKeyRotation } from '@bursar/domain/issuing/app-page.ts'
import { keyStatus, planRotation } from '@bursar/domain/issuing/key-schedule.ts'
import { Secret } from '@bursar/domain/secret.ts'
import { type IssuingKey, importIssuingKey, makeIssuingKey } from '../../issuer/issuing-key.ts'
import type { DocumentRow } from '../../store/store.ts'
import { auditEntry } from '../audit.ts'
import type { Caller, Page } from '../operations.ts'
import { demand } from '../permission.ts'
import type { Ports } from '../ports.ts'
import {
  changeDocument,
  findDocument,
  type KeySecrets,
  type KeyVersion,
  newDocument,
  openKeySecrets,
  type PageBody,
  type SigningKeyBody,
  sealKeySecrets,
} from './app-documents.ts'
import type { SigningKeyView } from './app-operations.ts'
import { listDocuments, type PageQuery } from './document-list.ts'
import { DOOR } from './door-name.ts'

type KeyPorts = Pick<Ports, 'store' | 'clock' | 'random' | 'envelope'>

const bodyOf = (row: DocumentRow): SigningKeyBody => row.body as unknown as SigningKeyBody

function viewKey(row: DocumentRow, now: number): SigningKeyView {
  const { algorithm, keys } = bodyOf(row)
  return {
    name: row.name!,
    algorithm,
    keys: keys
      .map((key) => ({ ...key, status: keyStatus(key, now) }))
      .filter(({ status }) => status !== 'ended'),
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
  }
}

async function loadKey(ports: Pick<Ports, 'store'>, caller: Caller, name: string): Promise<DocumentRow> {
  const row = await findDocument(ports, { workspaceId: caller.workspaceId, kind: 'signing_key', name })
  if (row !== undefined) return row
  throw new BursarError('signing_key.not_found', {
    detail: `There is no signing key named "${name}".`,
    hint: 'List them: bursar signing-key list.',
  })
}

/** The key that was brought, or a new one. */
async function takeKey(algorithm: SigningAlgorithm, given: string | undefined): Promise<IssuingKey> {
  if (given === undefined) return makeIssuingKey(algorithm)
  const imported = importIssuingKey(algorithm, new Secret(given))
  if (!('fault' in imported)) return imported
  throw new BursarError('request.invalid', { path: '/key', ...imported.fault })
}

/** Shown once: whoever verifies by HMAC needs the secret, and nobody else has it. */
const shownSecret = ({ jwk, text }: IssuingKey, given: string | undefined): Secret | null =>
  jwk === null && given === undefined ? text : null

const versionOf = ({ kid, jwk }: IssuingKey, now: number, activeAt: number): KeyVersion => ({
  kid,
  createdAt: now,
  activeAt,
  retiredAt: null,
  endsAt: null,
  jwk,
})

export async function createSigningKey(
  ports: KeyPorts,
  caller: Caller,
  body: unknown,
): Promise<{ key: SigningKeyView; secret: Secret | null }> {
  demand(caller, { action: 'credentials:write' })
  const parsed = parseBody(signingKeyInput, body)
  if ('problems' in parsed) throw new BursarError('request.invalid', { problems: parsed.problems })
  const { name, algorithm, key: given } = parsed.input
  const key = await takeKey(algorithm, given)
  const now = ports.clock.now()
  const keyBody: SigningKeyBody = { algorithm, keys: [versionOf(key, now, now)] }
  const row = newDocument(ports, { workspaceId: caller.workspaceId, kind: 'signing_key', name }, keyBody)
  row.sealed = sealKeySecrets(ports, row, { [key.kid]: key.text })
  const audit = auditEntry(caller, now, 'signing_key.create', name, { algorithm, kid: key.kid })
  if (!(await ports.store.documents.insert(row, audit))) {
    throw new BursarError('signing_key.name_taken', {
      path: '/name',
      detail: `A signing key named "${name}" exists already.`,
      hint: `Put another key in its place: bursar signing-key rotate ${name}.`,
    })
  }
  return { key: viewKey(row, now), secret: shownSecret(key, given) }
}

export async function listSigningKeys(
  ports: KeyPorts,
  caller: Caller,
  query: PageQuery,
): Promise<Page<SigningKeyView>> {
  demand(caller, { action: 'credentials:read' })
  const at = { workspaceId: caller.workspaceId, kind: 'signing_key' } as const
  return listDocuments(ports, at, query, (row) => viewKey(row, ports.clock.now()))
}

export async function getSigningKey(ports: KeyPorts, caller: Caller, name: string): Promise<SigningKeyView> {
  demand(caller, { action: 'credentials:read' })
  return viewKey(await loadKey(ports, caller, name), ports.clock.now())
}

/** Whoever keeps the JWKS for a while has seen the new key before anything is signed with it. */
const ACTIVATION_SECONDS = 600

/** Brings the next key; the one before verifies until the overlap has passed. */
export async function rotateSigningKey(
  ports: KeyPorts,
  caller: Caller,
  name: string,
  body: unknown,
): Promise<{ key: SigningKeyView; secret: Secret | null }> {
  demand(caller, { action: 'credentials:write' })
  const parsed = parseBody(signingKeyRotation, body)
  if ('problems' in parsed) throw new BursarError('request.invalid', { problems: parsed.problems })
  const { algorithm } = bodyOf(await loadKey(ports, caller, name))
  const key = await takeKey(algorithm, parsed.input.key)
  const row = await changeDocument(
    ports,
    () => loadKey(ports, caller, name),
    async (before) => {
      const now = ports.clock.now()
      refuseKnown(bodyOf(before), key)
      const wait = parsed.input.activate_in_seconds ?? (key.jwk === null ? 0 : ACTIVATION_SECONDS)
      const activeAt = now + wait
      const at = { now, activeAt, overlapSeconds: parsed.input.overlap_seconds }
      const keys = planRotation(bodyOf(before).keys, versionOf(key, now, activeAt), at)
      const texts: KeySecrets = { ...openKeySecrets(ports, before), [key.kid]: key.text }
      const kept = Object.fromEntries(keys.map(({ kid }) => [kid, texts[kid]!]))
      const sealed = sealKeySecrets(ports, before, kept)
      const audit = auditEntry(caller, now, 'signing_key.rotate', name, { kid: key.kid })
      return { row: { ...before, body: { algorithm, keys }, sealed, updatedAt: now }, audit }
    },
  )
  return { key: viewKey(row, ports.clock.now()), secret: shownSecret(key, parsed.input.key) }
}

function refuseKnown({ keys }: SigningKeyBody, { kid }: IssuingKey): void {
  if (!keys.some((key) => key.kid === kid)) return
  throw new BursarError('request.invalid', {
    path: '/key',
    detail: 'This is a key that the signing key has already.',
    hint: 'Leave it out, and a new one is made.',
  })
}

export async function deleteSigningKey(ports: KeyPorts, caller: Caller, name: string): Promise<void> {
  demand(caller, { action: 'credentials:write' })
  const row = await loadKey(ports, caller, name)
  const user = await findUser(ports, caller, name)
  if (user !== undefined) {
    throw new BursarError('signing_key.in_use', {
      detail: `The token page "${user}" signs with "${name}".`,
      hint: 'Give the page another signing key first.',
    })
  }
  const audit = auditEntry(caller, ports.clock.now(), 'signing_key.delete', name)
  await ports.store.documents.delete(row, audit)
}

async function findUser(
  { store }: Pick<Ports, 'store'>,
  { workspaceId }: Caller,
  name: string,
): Promise<string | undefined> {
  const limit = 500
  let after: { createdAt: number; id: string } | undefined
  for (;;) {
    const at = { workspaceId, door: DOOR, kind: 'page', limit, ...(after && { after }) }
    const rows = await store.documents.list(at)
    const user = rows.find(({ body }) => (body as unknown as PageBody).config.signing_key === name)
    if (user !== undefined || rows.length < limit) return user?.name ?? undefined
    after = rows.at(-1)!
  }
}
