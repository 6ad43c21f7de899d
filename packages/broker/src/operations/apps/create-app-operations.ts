import { BursarError } from '@bursar/domain/error.ts'
import type { Caller, Page } from '../operations.ts'
import { readLimit } from '../page.ts'
import { demand } from '../permission.ts'
import type { Ports } from '../ports.ts'
import type { PageBody } from './app-documents.ts'
import { createAppMemory } from './app-memory.ts'
import type { AppOperations, OpenPage } from './app-operations.ts'
import * as pages from './app-pages.ts'
import * as apps from './apps.ts'
import { createClientGate } from './client-gate.ts'
import type { PageQuery } from './document-list.ts'
import { DOOR } from './door-name.ts'
import { createEntryLog, type EntryKind, type LoggedRow } from './entry-log.ts'
import { requestCompatToken } from './issue-compat.ts'
import { requestAppToken } from './issue-standard.ts'
import { type OpenedPage, openPage } from './opened.ts'
import { describeRequest } from './request-record.ts'
import { listRevocations, revokeAppToken } from './revoke-token.ts'
import { rotateSigningSecret } from './rotate-signing-secret.ts'
import * as keys from './signing-keys.ts'
import { createTokenVerification } from './verify-token.ts'

/** The one that anonymous requests belong to. */
const WORKSPACE = 'default'

export interface AppOperationsHandle {
  apps: AppOperations
  /** Says which pages tell secrets; once, when the broker starts. */
  warnAtStart(): Promise<void>
  /** What has to be done now and then. */
  housekeep(): Promise<void>
  close(): Promise<void>
}

type OpenedOf<Mode extends OpenedPage['config']['mode']> = OpenedPage & {
  config: Extract<OpenedPage['config'], { mode: Mode }>
}

/** Ties the operations of token pages to their ports and keeps memory true to what the store announces. */
export function createAppOperations(ports: Ports): AppOperationsHandle {
  const memory = createAppMemory(ports, WORKSPACE)
  const entries = createEntryLog(ports)
  const gate = createClientGate(ports)
  const issuing = { ...ports, memory, gate, entries }
  const verification = createTokenVerification(issuing)
  const stop = ports.store.onChange(memory.learn)

  /** What a door was given it gives back; that it is still there has to be seen again. In memory it is at once. */
  async function withPage<Mode extends OpenPage['mode'], T>(
    page: OpenPage,
    mode: Mode,
    act: (page: OpenedOf<Mode>) => Promise<T>,
  ): Promise<T> {
    const actOn = (found: OpenedPage | undefined): Promise<T> => {
      if (found?.config.enabled && found.config.mode === mode) return act(found as OpenedOf<Mode>)
      throw new BursarError('app_page.not_found')
    }
    const known = memory.pages.get(page.name)
    return known === undefined ? memory.pages.find(page.name).then(actOn) : actOn(known)
  }

  async function listEntries(
    caller: Caller,
    kind: EntryKind,
    name: string,
    query: PageQuery,
  ): Promise<Page<LoggedRow>> {
    demand(caller, { action: 'credentials:read' })
    await pages.loadPage(ports, caller, name)
    const { workspaceId } = caller
    return entries.list(
      kind,
      { workspaceId, name },
      {
        limit: readLimit(query.limit),
        ...(query.cursor !== undefined && { cursor: query.cursor }),
      },
    )
  }

  const operations: AppOperations = {
    createAppPage: (caller, body) => pages.createAppPage(ports, caller, body),
    listAppPages: (caller, query) => pages.listAppPages(ports, caller, query),
    getAppPage: (caller, name) => pages.getAppPage(ports, caller, name),
    updateAppPage: (caller, name, patch) => pages.updateAppPage(ports, caller, name, patch),
    deleteAppPage: (caller, name) => pages.deleteAppPage(ports, caller, name),
    createApp: (caller, page, body) => apps.createApp(ports, caller, page, body),
    listApps: (caller, page, query) => apps.listApps(ports, caller, page, query),
    getApp: (caller, page, clientId) => apps.getApp(ports, caller, page, clientId),
    updateApp: (caller, page, clientId, patch) => apps.updateApp(ports, caller, page, clientId, patch),
    deleteApp: (caller, page, clientId) => apps.deleteApp(ports, caller, page, clientId),
    rotateAppSecret: (caller, page, clientId, body) =>
      apps.rotateAppSecret(ports, caller, page, clientId, body),
    rotateAppSigningSecret: (caller, page, clientId, body) =>
      rotateSigningSecret(ports, caller, page, clientId, body),
    createSigningKey: (caller, body) => keys.createSigningKey(ports, caller, body),
    listSigningKeys: (caller, query) => keys.listSigningKeys(ports, caller, query),
    getSigningKey: (caller, name) => keys.getSigningKey(ports, caller, name),
    rotateSigningKey: (caller, name, body) => keys.rotateSigningKey(ports, caller, name, body),
    deleteSigningKey: (caller, name) => keys.deleteSigningKey(ports, caller, name),
    revokeAppToken: (caller, page, body) =>
      revokeAppToken({ ...ports, memory, verification }, caller, page, body),
    async checkAppToken(caller, name, token) {
      demand(caller, { action: 'credentials:read' })
      return verification.verify(openPage(await pages.loadPage(ports, caller, name)), token)
    },
    listRevocations: (caller, page, query) => listRevocations(ports, caller, page, query),
    listAppRequests: (caller, page, query) => listEntries(caller, 'HTTPProperties', page, query),
    listAppExceptions: (caller, page, query) => listEntries(caller, 'CustomAppException', page, query),

    async openAppPage(name) {
      const page = memory.pages.get(name) ?? (await memory.pages.find(name))
      return page?.config.enabled ? { name, mode: page.config.mode } : undefined
    },
    recordAppRequest({ name }, facts) {
      const hasSsl = ports.settings.publicUrl().startsWith('https:')
      entries.append('HTTPProperties', { workspaceId: WORKSPACE, name }, describeRequest(facts, hasSsl))
    },
    requestCompatToken: (page, request) =>
      withPage(page, 'compat', (found) => requestCompatToken(issuing, found, request)),
    requestAppToken: (page, request, address) =>
      withPage(page, 'standard', (found) => requestAppToken(issuing, found, request, address)),
    verifyAppToken: (page, token) => withPage(page, page.mode, (found) => verification.verify(found, token)),
    listPublicKeys: () => memory.publicKeys(),
  }

  return {
    apps: operations,

    async warnAtStart() {
      const rows = await ports.store.documents.list({
        workspaceId: WORKSPACE,
        door: DOOR,
        kind: 'page',
        limit: 1_000,
      })
      for (const row of rows) pages.warnOfVerbatim(ports, row.name!, (row.body as unknown as PageBody).config)
    },

    housekeep: () => memory.revocations.prune(),

    async close() {
      stop()
      await entries.close()
    },
  }
}
