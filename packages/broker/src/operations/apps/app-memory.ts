import { keyStatus } from '@bursar/domain/issuing/key-schedule.ts'
import type { PublicJwk } from '../../issuer/jwk.ts'
import type { Change } from '../../store/store.ts'
import type { Ports } from '../ports.ts'
import { findDocument } from './app-documents.ts'
import { DOOR } from './door-name.ts'
import {
  type OpenedApp,
  type OpenedKey,
  type OpenedPage,
  openApp,
  openPage,
  openSigningKey,
} from './opened.ts'
import { type Remembered, remember } from './remembered.ts'
import { createRevocations, type Revocations } from './revocations.ts'

/** What token pages need at each request, in memory and true to what the store announces. */
export interface AppMemory {
  pages: Remembered<OpenedPage>
  keys: Remembered<OpenedKey>
  findApp(page: OpenedPage, clientId: string): OpenedApp | Promise<OpenedApp | undefined>
  revocations: Revocations
  publicKeys(): Promise<readonly PublicJwk[]>
  learn(changes: readonly Change[]): void
}

const PAGES_AT_MOST = 1_000
const KEYS_AT_MOST = 1_000
const APPS_AT_MOST = 20_000

export function createAppMemory(
  ports: Pick<Ports, 'store' | 'clock' | 'envelope' | 'settings' | 'log'>,
  workspaceId: string,
): AppMemory {
  const { store, clock, settings } = ports
  const isTrusted = () => clock.now() - store.lastContactAt <= settings.offlineGraceSeconds
  const find = (kind: 'page' | 'app' | 'signing_key', name: string, parentId?: string) =>
    findDocument(ports, { workspaceId, kind, name, ...(parentId !== undefined && { parentId }) })

  const pages = remember(PAGES_AT_MOST, isTrusted, async (name) => {
    const row = await find('page', name)
    return row && openPage(row)
  })
  const keys = remember(KEYS_AT_MOST, isTrusted, async (name) => {
    const row = await find('signing_key', name)
    return row && openSigningKey(ports, row)
  })
  // A client id has no line break, and an id of ours neither.
  const apps = remember(APPS_AT_MOST, isTrusted, async (key) => {
    const [pageId, clientId] = key.split('\n') as [string, string]
    const row = await find('app', clientId, pageId)
    return row && openApp(ports, row)
  })
  const revocations = createRevocations(ports, workspaceId)
  let keyNames: Promise<string[]> | null = null

  async function readKeyNames(): Promise<string[]> {
    const names: string[] = []
    let after: { createdAt: number; id: string } | undefined
    for (;;) {
      const limit = 500
      const at = { workspaceId, door: DOOR, kind: 'signing_key', limit, ...(after && { after }) }
      const rows = await store.documents.list(at)
      names.push(...rows.map((row) => row.name!))
      if (rows.length < limit) return names
      after = rows.at(-1)!
    }
  }

  const forgetters: Readonly<Record<string, (id: string) => void>> = {
    page: pages.forget,
    app: apps.forget,
    signing_key(id) {
      keyNames = null
      keys.forget(id)
    },
    revocation: revocations.changed,
  }

  return {
    pages,
    keys,
    revocations,
    findApp(page, clientId) {
      if (!/^[\x21-\x7e]{1,200}$/.test(clientId)) return Promise.resolve(undefined)
      const key = `${page.id}\n${clientId}`
      return apps.get(key) ?? apps.find(key)
    },

    async publicKeys() {
      if (!isTrusted()) keyNames = null
      keyNames ??= readKeyNames().catch((error: unknown) => {
        keyNames = null
        throw error
      })
      const opened = await Promise.all((await keyNames).map((name) => keys.find(name)))
      const now = clock.now()
      return opened.flatMap((key) =>
        (key?.versions ?? []).flatMap((version) =>
          version.jwk !== null && keyStatus(version, now) !== 'ended' ? [version.jwk] : [],
        ),
      )
    },

    learn(changes) {
      for (const { kind, subject } of changes) {
        if (kind === 'reset') {
          pages.clear()
          keys.clear()
          apps.clear()
          revocations.reset()
          keyNames = null
        } else if (kind === 'document') {
          const [door, what = '', id = ''] = subject.split('/')
          if (door === DOOR) forgetters[what]?.(id)
        }
      }
    },
  }
}
