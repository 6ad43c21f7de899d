import { plainHttpProblems } from '@bursar/domain/destination-sdk/plain-http.ts'
import { providerBody } from '@bursar/domain/destination-sdk/provider-body.ts'
import { membersAccountsRelyOn } from '@bursar/domain/destination-sdk/same-client.ts'
import { isFormerHeaderField } from '@bursar/domain/destination-sdk/token-request.ts'
import {
  type TranslatedConfiguration,
  translateConfiguration,
} from '@bursar/domain/destination-sdk/translate.ts'
import { entriesOf, restoreSecrets } from '@bursar/domain/destination-sdk/withhold.ts'
import { BursarError, type Problem } from '@bursar/domain/error.ts'
import { isObject } from '@bursar/domain/json.ts'
import type { DocumentRow } from '../../store/store.ts'
import { auditEntry } from '../audit.ts'
import type { Caller } from '../operations.ts'
import { demand } from '../permission.ts'
import type { Ports } from '../ports.ts'
import { readProviderSecrets } from '../provider-secrets.ts'
import { deleteProvider, problemsOfProvider, saveProvider } from '../providers.ts'
import { configurationKey, DOOR, KIND } from './owned-provider.ts'

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

const PAGE = 500
/** Longer than the writes of one update take. */
const HOLD_SECONDS = 30

/** What is kept of a configuration. */
interface Body extends Omit<DestinationView, 'instanceId'> {
  /**
   * While an update writes providers, until when it may; a time that has gone by says that it was interrupted, and
   * that nobody knows for which client their secrets are.
   */
  unfinishedUntil?: number | null
}

/** The provider of the entry at this index. */
const providerName = (instanceId: string, index: number): string => `destination-${instanceId}-${index}`

const isProviderOf = (instanceId: string, name: string): boolean =>
  name.startsWith(`destination-${instanceId}-`) && /-\d+$/.test(name)

export function createDestinationOperations(ports: DestinationPorts): DestinationOperations {
  const { store, clock, random } = ports

  async function load(caller: Caller, instanceId: string): Promise<DocumentRow> {
    const row = await store.documents.get(configurationKey(caller, instanceId))
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
    if ('translated' in result && insecure.length === 0) return demandWritable(ports, result.translated)
    const problems = [...('problems' in result ? result.problems : []), ...insecure]
    throw new BursarError('request.invalid', { problems })
  }

  const changed = () =>
    new BursarError('destination_configuration.changed', {
      hint: 'Somebody else is changing it. Read it again, then repeat.',
    })

  /** Writes the providers of a configuration that is saved and held; says at the end that it is finished. */
  async function finish(
    caller: Caller,
    held: DocumentRow,
    { document, entries }: TranslatedConfiguration,
    surplus: readonly string[],
  ): Promise<DestinationView> {
    const save = (unfinishedUntil: number | null) =>
      store.documents.update({ ...held, body: { ...held.body, unfinishedUntil } }, held.revision, null)
    try {
      for (const [index, entry] of entries.entries()) {
        const name = providerName(held.id, index)
        const kept = await readProviderSecrets(ports, caller.workspaceId, name)
        const gone = Object.keys(kept).filter(
          (secret) => !Object.hasOwn(entry.secrets, secret) && !isFormerHeaderField(secret),
        )
        const secrets = { ...Object.fromEntries(gone.map((secret) => [secret, null])), ...entry.secrets }
        await saveProvider(ports, caller, { name, ...providerBody(document, entry), secrets })
      }
      for (const name of surplus) await deleteProvider(ports, caller, name).catch(unlessGone)
    } catch (error) {
      // What went wrong counts, not that this could not be noted: then the hold ends by itself.
      await save(clock.now()).catch(() => false)
      throw error
    }
    if (!(await save(null))) throw changed()
    return viewOf(held)
  }

  return {
    async createDestination(caller, body, context) {
      demand(caller, { action: 'credentials:write' })
      const translated = translate(body, context)
      const { document, entries } = translated
      const id = random.id()
      const providers = entries.map((_entry, index) => providerName(id, index))
      const nowMs = clock.unixMs()
      const unfinishedUntil = clock.now() + HOLD_SECONDS
      const row: DocumentRow = {
        ...configurationKey(caller, id),
        parentId: '',
        name: null,
        body: { document, providers, createdMs: nowMs, modifiedMs: nowMs, unfinishedUntil },
        sealed: null,
        revision: 1,
        createdAt: clock.now(),
        updatedAt: clock.now(),
      }
      await store.documents.insert(row, auditEntry(caller, clock.now(), 'destination.create', id))
      return finish(caller, row, translated, [])
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
      const { unfinishedUntil = null } = before.body as unknown as Body
      if (unfinishedUntil !== null && unfinishedUntil > clock.now()) throw changed()
      const kept =
        unfinishedUntil === null
          ? await Promise.all(
              old.providers.map((name) => readProviderSecrets(ports, caller.workspaceId, name)),
            )
          : []
      const whole = isObject(body) ? restoreSecrets(body, old.document, (index) => kept[index] ?? {}) : body
      const translated = translate(whole, context)
      const { document, entries } = translated
      await demandAccountsKept(ports, caller, old, document)
      const next: DocumentRow = {
        ...before,
        body: {
          document,
          providers: entries.map((_entry, index) => providerName(instanceId, index)),
          createdMs: old.createdMs,
          modifiedMs: clock.unixMs(),
          unfinishedUntil: clock.now() + HOLD_SECONDS,
        },
        updatedAt: clock.now(),
      }
      const audit = auditEntry(caller, clock.now(), 'destination.update', instanceId)
      if (!(await store.documents.update(next, before.revision, audit))) throw changed()
      const held = { ...next, revision: before.revision + 1 }
      return finish(caller, held, translated, old.providers.slice(entries.length))
    },

    async deleteDestination(caller, instanceId) {
      demand(caller, { action: 'credentials:write' })
      const view = viewOf(await load(caller, instanceId))
      await demandAccountsKept(ports, caller, view, {})
      const all = await store.providers.list(caller.workspaceId)
      const left = all
        .map(({ name }) => name)
        .filter((name) => isProviderOf(instanceId, name) && !view.providers.includes(name))
      for (const name of [...left, ...view.providers])
        await deleteProvider(ports, caller, name).catch(unlessGone)
      const audit = auditEntry(caller, clock.now(), 'destination.delete', instanceId)
      await store.documents.delete(configurationKey(caller, instanceId), audit)
      return { ...view, modifiedMs: clock.unixMs() }
    },
  }
}

function viewOf({ id, body }: DocumentRow): DestinationView {
  const { document, providers, createdMs, modifiedMs } = body as unknown as Body
  return { instanceId: id, document, providers, createdMs, modifiedMs }
}

/** What translation can not know is checked for all entries before anything is written. */
function demandWritable(
  ports: Pick<Ports, 'settings'>,
  translated: TranslatedConfiguration,
): TranslatedConfiguration {
  const problems = translated.entries.flatMap((entry, index) => {
    const body = { name: providerName('new', index), ...providerBody(translated.document, entry) }
    return problemsOfProvider(ports, body).map((one) => entry.sources.translate(one))
  })
  if (problems.length > 0) throw new BursarError('request.invalid', { problems })
  return translated
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
