import { createHash, timingSafeEqual } from 'node:crypto'
import { type ConsoleRole, scopesOfRoles } from '@bursar/domain/console-role.ts'
import { Secret } from '@bursar/domain/secret.ts'
import type { DocumentRow } from '../../store/store.ts'
import type { Envelope } from '../../vault/vault.ts'
import type { Ports } from '../ports.ts'

export type SignInMethod = 'key' | 'link' | 'sso'

/** For whom a session stands. Rights of a caller are looked up, so that they end with its key. */
export type Identity =
  | { kind: 'caller'; id: string }
  /** Whoever reads what the server prints: the first start, the demonstration. */
  | { kind: 'operator' }
  | { kind: 'person'; id: string; name: string; roles: readonly ConsoleRole[] }

export const OPERATOR = { id: 'operator', name: 'operator', scopes: ['admin'] } as const

export const scopesOfPerson = ({ roles }: Extract<Identity, { kind: 'person' }>): string[] =>
  scopesOfRoles(roles)

/** What is kept of a session or a sign-in link. Only the digest of its token is, and that sealed. */
export interface KeptTicket {
  workspaceId: string
  kind: 'session' | 'link'
  id: string
  identity: Identity
  method: SignInMethod
  /** SHA-256 of the secret part of the token, hex. */
  digest: string
  endsAt: number
  /** Of a link: the session it opens ends then at the latest; null where nothing but the settings says when. */
  sessionEndsAt: number | null
  createdAt: number
  /** For lists; to the minute. */
  seenAt: number
  address: string
  userAgent: string
  revision: number
}

const DOOR = 'console'

export const ticketKey = (at: Pick<KeptTicket, 'workspaceId' | 'kind' | 'id'>) => ({
  workspaceId: at.workspaceId,
  door: DOOR,
  kind: at.kind,
  id: at.id,
})

/** The text that stands for a ticket: where to look, and 256 random bits. */
export function makeToken(random: Ports['random']): { id: string; token: Secret; digest: string } {
  const [id, secret] = [random.id(), random.text(32)]
  return { id, token: new Secret(`${id}.${secret}`), digest: digestOf(secret) }
}

export function splitToken(token: string): { id: string; digest: string } | null {
  const [, id, secret] = /^([0-9a-f-]{36})\.([\w-]{43})$/.exec(token) ?? []
  return id === undefined || secret === undefined ? null : { id, digest: digestOf(secret) }
}

const digestOf = (secret: string): string => createHash('sha256').update(secret).digest('hex')

export const isSameDigest = (a: string, b: string): boolean =>
  a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b))

/** For whom it stands is sealed to this row: who can write to the database alone makes nobody an administrator. */
const placeOf = ({ workspaceId, kind, id }: Pick<KeptTicket, 'workspaceId' | 'kind' | 'id'>) => ({
  workspaceId,
  table: 'documents',
  row: `${DOOR}/${kind}/${id}`,
  column: 'sealed',
})

export function rowOfTicket(envelope: Envelope, ticket: KeptTicket): DocumentRow {
  const { identity, digest, endsAt, sessionEndsAt, method, seenAt, address, userAgent } = ticket
  return {
    ...ticketKey(ticket),
    parentId: '',
    name: null,
    body: { method, seenAt, address, userAgent, endsAt },
    sealed: envelope.seal(placeOf(ticket), JSON.stringify({ identity, digest, endsAt, sessionEndsAt })),
    revision: ticket.revision,
    createdAt: ticket.createdAt,
    updatedAt: seenAt,
  }
}

export function ticketOfRow(envelope: Envelope, row: DocumentRow): KeptTicket {
  const at = { workspaceId: row.workspaceId, kind: row.kind as KeptTicket['kind'], id: row.id }
  const body = row.body as Pick<KeptTicket, 'method' | 'seenAt' | 'address' | 'userAgent'>
  const sealed = JSON.parse(envelope.open(placeOf(at), row.sealed!)) as Pick<
    KeptTicket,
    'identity' | 'digest' | 'endsAt'
  > &
    Partial<Pick<KeptTicket, 'sessionEndsAt'>>
  return {
    ...at,
    ...sealed,
    sessionEndsAt: sealed.sessionEndsAt ?? null,
    method: body.method,
    seenAt: body.seenAt,
    address: body.address,
    userAgent: body.userAgent,
    createdAt: row.createdAt,
    revision: row.revision,
  }
}
