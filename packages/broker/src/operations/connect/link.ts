import { createHash } from 'node:crypto'
import { BursarError } from '@bursar/domain/error.ts'
import type { DocumentRow } from '../../store/store.ts'
import type { Ports } from '../ports.ts'

/** A link by which a person connects one credential. The token itself is kept nowhere. */
export interface ConnectLink {
  workspaceId: string
  /** SHA-256 of the token, hex. */
  id: string
  provider: string
  credential: string
  title: string | null
  description: string | null
  destinations: readonly unknown[] | null
  environment: string | null
  labels: Readonly<Record<string, string>> | null
  expiresAt: number
  usedAt: number | null
  /** Submissions so far; a link does not take many, since each may try a password somewhere. */
  attempts: number
  /** While a submission, or the exchange after a sign-in, is under way. */
  busyUntil: number | null
  createdBy: string
  createdAt: number
}

export interface KeptLink {
  link: ConnectLink
  revision: number
}

export const ATTEMPTS_AT_MOST = 20

const DOOR = 'connect'
const KIND = 'link'

/** The text in the address: the workspace to look in, and 256 random bits. */
export const linkToken = (workspaceId: string, random: Pick<Ports['random'], 'text'>): string =>
  `${workspaceId}.${random.text(32)}`

export const linkId = (token: string): string => createHash('sha256').update(token).digest('hex')

export function rowOfLink(link: ConnectLink, revision: number): DocumentRow {
  const { workspaceId, id, provider, createdAt, ...body } = link
  return {
    workspaceId,
    door: DOOR,
    kind: KIND,
    id,
    parentId: provider,
    name: null,
    body,
    sealed: null,
    revision,
    createdAt,
    updatedAt: createdAt,
  }
}

function linkOfRow({ workspaceId, id, parentId, createdAt, body }: DocumentRow): ConnectLink {
  const own = body as unknown as Omit<ConnectLink, 'workspaceId' | 'id' | 'provider' | 'createdAt'>
  return { ...own, workspaceId, id, provider: parentId, createdAt }
}

const keyOf = (workspaceId: string, id: string) => ({ workspaceId, door: DOOR, kind: KIND, id })

type Store = Pick<Ports, 'store'>

export async function loadLink(
  { store }: Store,
  workspaceId: string,
  id: string,
): Promise<KeptLink | undefined> {
  const row = await store.documents.get(keyOf(workspaceId, id))
  return row && { link: linkOfRow(row), revision: row.revision }
}

/** By the token of an address; throws `connect_link.not_found`. */
export async function findLink(ports: Store, token: string): Promise<KeptLink> {
  const workspaceId = token.slice(0, Math.max(0, token.indexOf('.')))
  const kept = /^[\w-]+\.[\w-]{20,100}$/.test(token)
    ? await loadLink(ports, workspaceId, linkId(token))
    : undefined
  if (kept !== undefined) return kept
  throw new BursarError('connect_link.not_found', {
    detail: 'This link is not known. It may have been withdrawn, or a part of it is missing.',
    hint: 'Ask for a new one where you got it.',
  })
}

/** The one who loses the race is told that the form is on its way already. */
export async function saveLink({ store }: Store, { link, revision }: KeptLink): Promise<KeptLink> {
  if (await store.documents.update(rowOfLink(link, revision), revision, null)) {
    return { link, revision: revision + 1 }
  }
  throw new BursarError('connect_link.busy')
}

/** Ends a hold. A link that was withdrawn meanwhile, or that others hold by now, takes nothing from what was done. */
export async function releaseLink({ store }: Store, { link, revision }: KeptLink): Promise<void> {
  await store.documents.update(rowOfLink({ ...link, busyUntil: null }, revision), revision, null)
}

export async function listLinks(
  { store }: Store,
  workspaceId: string,
  provider: string,
): Promise<ConnectLink[]> {
  const rows = await store.documents.list({
    workspaceId,
    door: DOOR,
    kind: KIND,
    parentId: provider,
    limit: 1000,
  })
  return rows.map(linkOfRow)
}

export const removeLink = ({ store }: Store, workspaceId: string, id: string): Promise<boolean> =>
  store.documents.delete(keyOf(workspaceId, id), null)
