import { plainHttpProblems } from '@bursar/domain/destination-sdk/plain-http.ts'
import { providerBody } from '@bursar/domain/destination-sdk/provider-body.ts'
import { membersAccountsRelyOn } from '@bursar/domain/destination-sdk/same-client.ts'
import { isFormerHeaderField } from '@bursar/domain/destination-sdk/token-request.ts'
import { translateConfiguration } from '@bursar/domain/destination-sdk/translate.ts'
import { entriesOf, restoreSecrets } from '@bursar/domain/destination-sdk/withhold.ts'
import { BursarError, type Problem } from '@bursar/domain/error.ts'
import { isObject } from '@bursar/domain/json.ts'
import type { DocumentRow } from '../../store/store.ts'
import { auditEntry } from '../audit.ts'
import type { Caller } from '../operations.ts'
import { demand } from '../permission.ts'
import type { Ports } from '../ports.ts'
import { readProviderSecrets } from '../provider-secrets.ts'
import { createProvider, deleteProvider, putProvider } from '../providers.ts'

type DestinationPorts = Pick<Ports, 'store' | 'envelope' | 'clock' | 'random' | 'settings'>
type UserContext = Readonly<Record<string, string>>

/** A destination configuration as it was sent, without its secrets. */
export interface DestinationView {
  instanceId: string
  /** Unix milliseconds. */
  createdMs: number
  modifiedMs: number
  document: Record<string, unknown>
  /** One for each way to authenticate, in the order of the list. */
  providers: readonly string[]
}

export interface DestinationOperations {
  createDestination(caller: Caller, body: unknown, context: UserContext): Promise<DestinationView>
  listDestinations(caller: Caller): Promise<readonly DestinationView[]>
  getDestination(caller: Caller, instanceId: string): Promise<DestinationView>
  updateDestination(
    caller: Caller,
    instanceId: string,
    body: unknown,
    context: UserContext,
  ): Promise<DestinationView>
  deleteDestination(caller: Caller, instanceId: string): Promise<DestinationView>
}

const DOOR = 'destinations'
const KIND = 'configuration'
const PAGE = 500

/** The provider of the entry at this index. */
const providerName = (instanceId: string, index: number): string => `destination-${instanceId}-${index}`

export function createDestinationOperations(ports: DestinationPorts): DestinationOperations {
  const { store, clock, random } = ports
  const keyOf = (caller: Caller, id: string) => ({
    workspaceId: caller.workspaceId,
    door: DOOR,
    kind: KIND,
    id,
  })

  async function load(caller: Caller, instanceId: string): Promise<DocumentRow> {
    const row = await store.documents.get(keyOf(caller, instanceId))
    if (row !== undefined) return row
    throw new BursarError('destination_configuration.not_found', {
      detail: 'There is no destination configuration with this instance id.',
      hint: 'GET /data/core/activation/authoring/destinations lists them.',
    })
  }

  function translate(body: unknown, context: UserContext) {
    const result = translateConfiguration(body, context)
    // With the setting the fence decides at each connection: what a name stands for is known only then.
    const insecure = ports.settings.insecureHttp === 'loopback' ? [] : plainHttpProblems(body)
    if ('translated' in result && insecure.length === 0) return result.translated
    const problems = [...('problems' in result ? result.problems : []), ...insecure]
    throw new BursarError('request.invalid', { problems })
  }

  return {
    async createDestination(caller, body, context) {
      demand(caller, { action: 'credentials:write' })
      const { document, entries } = translate(body, context)
      const id = random.id()
      const providers: string[] = []
      for (const [index, entry] of entries.entries()) {
        const name = providerName(id, index)
        await createProvider(ports, caller, { name, ...providerBody(document, entry) })
        providers.push(name)
      }
      const nowMs = clock.unixMs()
      const row: DocumentRow = {
        ...keyOf(caller, id),
        parentId: '',
        name: null,
        body: { document, providers, createdMs: nowMs, modifiedMs: nowMs },
        sealed: null,
        revision: 1,
        createdAt: clock.now(),
        updatedAt: clock.now(),
      }
      await store.documents.insert(row, auditEntry(caller, clock.now(), 'destination.create', id))
      return viewOf(row)
    },

    async listDestinations(caller) {
      demand(caller, { action: 'credentials:read' })
      const all: DocumentRow[] = []
      for (;;) {
        const last = all.at(-1)
        const rows = await store.documents.list({
          workspaceId: caller.workspaceId,
          door: DOOR,
          kind: KIND,
          limit: PAGE,
          ...(last && { after: { createdAt: last.createdAt, id: last.id } }),
        })
        all.push(...rows)
        if (rows.length < PAGE) return all.map(viewOf)
      }
    },

    async getDestination(caller, instanceId) {
      demand(caller, { action: 'credentials:read' })
      return viewOf(await load(caller, instanceId))
    },

    async updateDestination(caller, instanceId, body, context) {
      demand(caller, { action: 'credentials:write' })
      const before = await load(caller, instanceId)
      const old = viewOf(before)
      const kept = await Promise.all(
        old.providers.map((name) => readProviderSecrets(ports, caller.workspaceId, name)),
      )
      const whole = isObject(body) ? restoreSecrets(body, old.document, (index) => kept[index] ?? {}) : body
      const { document, entries } = translate(whole, context)
      await demandAccountsKept(ports, caller, old, document)
      const providers: string[] = []
      for (const [index, entry] of entries.entries()) {
        const name = providerName(instanceId, index)
        const gone = Object.keys(kept[index] ?? {}).filter(
          (secret) => !Object.hasOwn(entry.secrets, secret) && !isFormerHeaderField(secret),
        )
        const secrets = { ...Object.fromEntries(gone.map((secret) => [secret, null])), ...entry.secrets }
        const next = { ...providerBody(document, entry), secrets }
        if (index < old.providers.length) await putProvider(ports, caller, name, next)
        else await createProvider(ports, caller, { name, ...next, secrets: entry.secrets })
        providers.push(name)
      }
      for (const name of old.providers.slice(entries.length)) await deleteProvider(ports, caller, name)
      const next: DocumentRow = {
        ...before,
        body: { document, providers, createdMs: old.createdMs, modifiedMs: clock.unixMs() },
        updatedAt: clock.now(),
      }
      const audit = auditEntry(caller, clock.now(), 'destination.update', instanceId)
      if (!(await store.documents.update(next, before.revision, audit))) {
        throw new BursarError('destination_configuration.changed', {
          hint: 'Somebody else is changing it. Read it again, then repeat.',
        })
      }
      return viewOf(next)
    },

    async deleteDestination(caller, instanceId) {
      demand(caller, { action: 'credentials:write' })
      const view = viewOf(await load(caller, instanceId))
      await demandAccountsKept(ports, caller, view, {})
      for (const name of view.providers) await deleteProvider(ports, caller, name).catch(unlessGone)
      const audit = auditEntry(caller, clock.now(), 'destination.delete', instanceId)
      await store.documents.delete(keyOf(caller, instanceId), audit)
      return { ...view, modifiedMs: clock.unixMs() }
    },
  }
}

function viewOf({ id, body }: DocumentRow): DestinationView {
  return { instanceId: id, ...(body as unknown as Omit<DestinationView, 'instanceId'>) }
}

/**
 * Accounts keep the client and the addresses that they were made with, and are given the secrets as they are now:
 * neither goes away under them, nor another client takes the place of theirs.
 */
async function demandAccountsKept(
  { store }: Pick<Ports, 'store'>,
  { workspaceId }: Caller,
  before: DestinationView,
  document: Record<string, unknown>,
): Promise<void> {
  const entries = entriesOf(document)
  const problems: Problem[] = []
  for (const [index, old] of entriesOf(before.document).entries()) {
    const entry = entries[index]
    const changed = entry && membersAccountsRelyOn(entry, old)
    if (changed?.length === 0) continue
    const provider = before.providers[index]!
    const [used] = await store.credentials.list({ workspaceId, provider, limit: 1 })
    if (used === undefined) continue
    const what = changed ? `It changes ${changed.join(', ')}` : 'It goes away'
    problems.push({
      path: `/customerAuthenticationConfigurations/${index}`,
      code: 'provider.in_use',
      detail: `${what}, and there are accounts that were made from it.`,
      hint: `See which: bursar credential list --provider ${provider}.`,
    })
  }
  if (problems.length === 0) return
  throw new BursarError('provider.in_use', {
    detail: 'There are accounts that were made from this configuration.',
    hint: 'Leave their entries where they are, and add others at the end of the list.',
    problems,
  })
}

function unlessGone(error: unknown): void {
  if (!(error instanceof BursarError) || error.code !== 'provider.not_found') throw error
}
