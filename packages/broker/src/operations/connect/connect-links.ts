import { parseConnectLinkInput } from '@bursar/domain/connect-link-input.ts'
import { BursarError } from '@bursar/domain/error.ts'
import { isObject } from '@bursar/domain/json.ts'
import { auditEntry } from '../audit.ts'
import { insecureUrls } from '../insecure-urls.ts'
import type { Caller } from '../operations.ts'
import { demand } from '../permission.ts'
import type { Ports } from '../ports.ts'
import { getProvider } from '../providers.ts'
import { type ConnectLink, linkId, linkToken, listLinks, loadLink, removeLink, rowOfLink } from './link.ts'

type LinkPorts = Pick<Ports, 'store' | 'clock' | 'random' | 'settings' | 'envelope'>

export const CONNECT_PATH = '/connect'
const FORGOTTEN_AFTER_SECONDS = 7 * 86_400

/** Makes a single-use address by which a person connects one credential of this provider. */
export async function createConnectLink(
  ports: LinkPorts,
  caller: Caller,
  providerName: string,
  body: unknown,
): Promise<{ link: ConnectLink; url: string }> {
  demand(caller, { action: 'credentials:write' })
  const { store, clock, random, settings } = ports
  const provider = await getProvider(ports, caller, providerName)
  const parsed = parseConnectLinkInput(body)
  const problems = 'problems' in parsed ? [...parsed.problems] : []
  const known = new Set(problems.map(({ path }) => path))
  if (isObject(body)) {
    const insecure = insecureUrls(ports, { destinations: body.destinations })
    problems.push(...insecure.filter(({ path }) => !known.has(path)))
  }
  if ('problems' in parsed || problems.length > 0) throw new BursarError('request.invalid', { problems })
  const { credential, expiresInSeconds, title, description, destinations, environment, labels } = parsed.input
  const existing = await store.credentials.get(caller.workspaceId, credential)
  if (existing !== undefined && existing.provider?.name !== provider.name) {
    throw new BursarError('credential.name_taken', {
      path: '/credential',
      detail: `A credential named "${credential}" exists, and it is not of the provider "${provider.name}".`,
      hint: 'Choose another name.',
    })
  }
  const now = clock.now()
  const token = linkToken(caller.workspaceId, random)
  const link: ConnectLink = {
    workspaceId: caller.workspaceId,
    id: linkId(token),
    provider: provider.name,
    credential,
    title: title ?? provider.title,
    description: description ?? provider.description,
    destinations,
    environment,
    labels,
    expiresAt: now + expiresInSeconds,
    usedAt: null,
    attempts: 0,
    busyUntil: null,
    createdBy: caller.id,
    createdAt: now,
  }
  const audit = auditEntry(caller, now, 'connect_link.create', credential, { provider: provider.name })
  await store.documents.insert(rowOfLink(link, 1), audit)
  await forgetOld(ports, link)
  return { link, url: `${settings.publicUrl()}${CONNECT_PATH}/${token}` }
}

async function forgetOld(ports: LinkPorts, { workspaceId, provider, createdAt }: ConnectLink): Promise<void> {
  for (const { id, expiresAt } of await listLinks(ports, workspaceId, provider)) {
    if (expiresAt + FORGOTTEN_AFTER_SECONDS < createdAt) await removeLink(ports, workspaceId, id)
  }
}

export async function listConnectLinks(
  ports: LinkPorts,
  caller: Caller,
  provider: string,
): Promise<readonly ConnectLink[]> {
  await getProvider(ports, caller, provider)
  return listLinks(ports, caller.workspaceId, provider)
}

/** Withdraws a link; whoever opens it from now on is told that it is not known. */
export async function deleteConnectLink(
  ports: LinkPorts,
  caller: Caller,
  provider: string,
  id: string,
): Promise<void> {
  demand(caller, { action: 'credentials:write' })
  const kept = await loadLink(ports, caller.workspaceId, id)
  if (kept === undefined || kept.link.provider !== provider) {
    throw new BursarError('connect_link.not_found', {
      detail: `The provider "${provider}" has no such link.`,
    })
  }
  await removeLink(ports, caller.workspaceId, id)
  await ports.store.audit.append(
    auditEntry(caller, ports.clock.now(), 'connect_link.delete', kept.link.credential, { provider }),
  )
}
