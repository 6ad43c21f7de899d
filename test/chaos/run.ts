import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createApi } from '../api.ts'
import { findInAnswers, findInFiles, readableAnswers } from '../leaks/sinks.ts'
import { startDatabase } from './database.ts'
import { type Answered, ask, credentialBody, visit } from './desk.ts'
import { Dice } from './dice.ts'
import { openDisk } from './disk.ts'
import { drawFault, type Scene } from './faults.ts'
import { ADMIN_KEY, after, type BrokerNode, DEADLINE_SECONDS, Fleet, LEASE_SECONDS } from './fleet.ts'
import type { Plant } from './points.ts'
import type { Tally } from './table.ts'
import { ARRIVES_MS, type Asked, Truth } from './truth.ts'

export interface ChaosSettings {
  engine: 'sqlite' | 'postgres'
  seed: number
  rounds: number
  minutes: number
  nodes: number
  credentials: number
  plant: Plant | null
  say: (line: string) => void
  /** Aborted, the run ends after its round and cleans up. */
  signal?: AbortSignal
}

/** Faults, round after round, while callers read and use tokens; then everything must settle. */
export async function runChaos(settings: ChaosSettings): Promise<Tally> {
  const folder = mkdtempSync(join(tmpdir(), 'bursar-chaos-'))
  const dice = new Dice(settings.seed)
  const hasEnded = (node: string, sinceMs: number) => (fleet.ended.get(node) ?? 0) >= sinceMs
  const truth = new Truth(new Dice(settings.seed + 1), DEADLINE_SECONDS * 1000, hasEnded)
  await truth.start()
  const database = settings.engine === 'postgres' ? await startDatabase() : null
  const { nodes, plant } = settings
  const disk = database === null ? openDisk(folder, settings.say) : null
  const fleet = new Fleet({ folder, nodes, plant, disk, databaseUrl: database?.url ?? null })
  const run = new Run(settings, { dice, fleet, truth, database, disk })
  try {
    await fleet.startAll()
    return await run.rounds()
  } finally {
    await fleet.stop()
    await database?.stop()
    await truth.stop()
    disk?.remove()
    if (!run.failed) rmSync(folder, { recursive: true, force: true })
    else settings.say(`logs of the nodes: ${folder}`)
  }
}

const SETTLE_EVERY = 20
const SETTLE_MS = LEASE_SECONDS * 1000 + 2_500

class Run {
  readonly #settings: ChaosSettings
  readonly #scene: Scene
  readonly #names: string[]
  readonly #tally: Tally
  #calm = false
  #over = false
  #calmSinceMs = Number.POSITIVE_INFINITY
  failed = false

  constructor(settings: ChaosSettings, scene: Scene) {
    this.#settings = settings
    this.#scene = scene
    this.#names = Array.from({ length: settings.credentials }, (_, n) => `c${n}-1`)
    const { reused, doubled, misplaced } = scene.truth
    this.#tally = {
      engine: settings.engine,
      nodes: settings.nodes,
      rounds: 0,
      exchanges: 0,
      reads: 0,
      proxied: 0,
      answersLost: [],
      reused,
      doubled,
      misplaced,
      refused: [],
      stale: [],
      leaks: [],
      inDoubt: 0,
      inDoubtWrongly: [],
    }
  }

  async rounds(): Promise<Tally> {
    const { fleet, truth } = this.#scene
    const first = fleet.nodes[0]!
    for (const name of this.#names) await ask(first, 'POST', '/v1/credentials', credentialBody(truth, name))
    const callers = Promise.all([this.#call(), this.#call()])
    const endMs = Date.now() + this.#settings.minutes * 60_000
    for (let round = 1; round <= this.#settings.rounds && Date.now() < endMs; round += 1) {
      if (this.#settings.signal?.aborted) break
      const before = this.#faults()
      const fault = drawFault(this.#scene)
      const node = this.#scene.dice.pick(fleet.nodes)
      await fault.strike(this.#scene, node)
      for (const each of fleet.nodes) if (each.process === null) await fleet.start(each)
      this.#tally.rounds = round
      if (round % SETTLE_EVERY === 0) await this.#settle()
      const found = this.#faults().slice(before.length)
      const { length } = found
      this.#settings.say(
        `${this.#settings.engine} ${round} ${fault.name} ${node.name}${length > 0 ? `: ${found.join('; ')}` : ''}`,
      )
      if (this.#settings.plant !== null && length > 0) break
    }
    await this.#settle()
    this.#over = true
    await callers
    await this.#searchSinks()
    this.#tally.exchanges = truth.requests
    this.#tally.proxied = truth.proxied
    const all = this.#faults()
    for (const line of all) this.#settings.say(`found: ${line}`)
    this.failed = all.length > 0
    return this.#tally
  }

  #faults(): string[] {
    const { answersLost, reused, doubled, misplaced, refused, stale, leaks, inDoubtWrongly } = this.#tally
    return [answersLost, reused, doubled, misplaced, refused, stale, leaks, inDoubtWrongly].flat()
  }

  /** A caller that never stops asking. */
  async #call(): Promise<void> {
    const { fleet, truth } = this.#scene
    const dice = new Dice(this.#settings.seed + 2)
    while (!this.#over) {
      const node = fleet.up.length === 0 ? undefined : dice.pick(fleet.up)
      if (node === undefined) {
        await after(20)
        continue
      }
      const name = dice.pick(this.#names)
      const kind = dice.between(0, 9)
      if (kind === 0) await visit(node, name, truth.elsewhere)
      else if (kind < 4) await visit(node, name, truth.destination)
      else await this.#read(node, name)
      await after(10)
    }
  }

  async #read(node: BrokerNode, name: string): Promise<void> {
    const { truth } = this.#scene
    const { generation } = node
    const wasCalm = this.#calm
    const answer = await ask(node, 'GET', `/v1/credentials/${name}/token`)
    if (answer?.status === 200) {
      this.#tally.reads += 1
      const token = truth.issued.get(String(answer.body.access_token))
      if (token?.credential !== name) this.#tally.misplaced.push(`${name}: handed out a token of another`)
      return
    }
    // The database is there and the node has been up for a while: whatever lives has to be served.
    const settled = wasCalm && this.#calm && Date.now() - this.#calmSinceMs > 3_000
    const living = truth.usable(name, 1_000)
    if (!settled || answer === null || answer.status === 404 || living === undefined) return
    if (this.#scene.fleet.ended.has(living.node) || node.generation !== generation) return
    this.#tally.refused.push(`${name} at ${node.name}: ${answer.status} ${JSON.stringify(answer.body)}`)
  }

  /** Logs, spools and databases of all nodes, and whatever can be read back from one. */
  async #searchSinks(): Promise<void> {
    const { fleet, truth, database } = this.#scene
    const { canaries } = truth
    const found = findInAnswers(await readableAnswers(createApi(fleet.up[0]!.url!, ADMIN_KEY)), canaries)
    for (const folder of [fleet.folder, database?.folder])
      if (folder !== undefined) found.push(...(await findInFiles(folder, canaries)))
    this.#tally.leaks.push(...found.map(([sink]) => sink))
  }

  /** Faults pause; leases run out; what is in doubt by then is judged, and what was revoked is not served. */
  async #settle(): Promise<void> {
    const { truth, fleet } = this.#scene
    truth.mood = 'well'
    await after(SETTLE_MS)
    this.#calm = true
    this.#calmSinceMs = Date.now()
    await after(1_000)
    const node = fleet.nodes[0]!
    for (const name of [...this.#names]) await this.#judge(node, name)
    await this.#revoke()
    await after(2_500)
    this.#calm = false
  }

  async #judge(node: BrokerNode, name: string): Promise<void> {
    const view = await this.#readSettled(node, name)
    if (view.status !== 200) {
      this.#tally.answersLost.push(`${name} is gone: ${view.status}`)
      return
    }
    const { id, status, reason } = view.body as {
      id: string
      status: string
      reason: { code: string; detail: string } | null
    }
    if (status === 'active') return
    if (reason?.code === 'in_doubt') this.#judgeDoubt(name, id)
    else if (status === 'broken') this.#tally.answersLost.push(`${name} is broken: ${reason?.code}`)
    else return
    await this.#replace(node, name)
  }

  /**
   * As it is once no attempt is left to wait for. Requests that did not get through are tried again, further and
   * further apart, and only the next one shows whether the refresh token is still good.
   */
  async #readSettled(node: BrokerNode, name: string): Promise<Answered> {
    const read = async () =>
      (await ask(node, 'GET', `/v1/credentials/${name}`)) ?? (await this.#askAgain(name))
    let view = await read()
    for (let second = 0; second < 60 && isTriedAgain(view); second += 1) {
      await after(1_000)
      view = await read()
    }
    return view
  }

  /** A node that starts anew on a busy machine may need a while; who never answers has said nothing of its tokens. */
  async #askAgain(name: string): Promise<Answered> {
    for (let attempt = 0; attempt < 60; attempt += 1) {
      await after(1_000)
      for (const node of this.#scene.fleet.nodes) {
        if (node.process === null) await this.#scene.fleet.start(node)
        const view = await ask(node, 'GET', `/v1/credentials/${name}`)
        if (view !== null) return view
      }
    }
    throw new Error(`No node answers for ${name}; see the logs below ${this.#scene.fleet.folder}.`)
  }

  /** In doubt for a reason: the request or its answer was lost, or whoever made it was ended. */
  #judgeDoubt(name: string, id: string): void {
    const { truth, fleet } = this.#scene
    const last = truth.last(name)
    const arrived = last?.delivered === true && last.endedMs !== null && last.endedMs - last.atMs < ARRIVES_MS
    if (arrived && last !== undefined && !this.#hasEndedSince(last, fleet.lastIntent(id))) {
      const facts = `${last.node} asked at ${last.atMs}, answered by ${last.endedMs}`
      const ends = [...fleet.ended].map(([ended, at]) => `${ended}@${at}`).slice(-6)
      this.#tally.inDoubtWrongly.push(`${name}: ${facts}; ended: ${ends.join(' ')}`)
    } else this.#tally.inDoubt += 1
  }

  /** The process that asked, or the one that wrote an intent after it, did not live to save what came of it. */
  #hasEndedSince(last: Asked, intent: { node: string; atMs: number } | null): boolean {
    const { ended } = this.#scene.fleet
    const hasEnded = (node: string, atMs: number) => (ended.get(node) ?? 0) >= atMs
    return hasEnded(last.node, last.atMs) || (intent !== null && hasEnded(intent.node, intent.atMs))
  }

  /** What an operator does: the credential begins anew, with a fresh sign-in at the provider. */
  async #replace(node: BrokerNode, name: string): Promise<void> {
    const { truth } = this.#scene
    const [stem, number] = name.split('-')
    const next = `${stem}-${Number(number) + 1}`
    const made = await ask(node, 'POST', '/v1/credentials', credentialBody(truth, next))
    // A node that did not answer is asked again when everything has settled the next time.
    if (made?.status !== 201) return
    await ask(node, 'DELETE', `/v1/credentials/${name}`)
    this.#names[this.#names.indexOf(name)] = next
  }

  /** A pause is effective on every node within a second. */
  async #revoke(): Promise<void> {
    const { dice, fleet } = this.#scene
    const name = dice.pick(this.#names)
    const first = dice.pick(fleet.nodes)
    const paused = await ask(first, 'POST', `/v1/credentials/${name}/pause`)
    if (paused?.status !== 200) return
    await after(1_000)
    for (const node of fleet.nodes) {
      const answer = await ask(node, 'GET', `/v1/credentials/${name}/token`)
      if (answer?.status === 200)
        this.#tally.stale.push(`${name} at ${node.name} after a pause at ${first.name}`)
    }
    await ask(first, 'POST', `/v1/credentials/${name}/resume`)
  }
}

/** Without a token for now, for a reason that may pass. */
function isTriedAgain({ status, body }: Answered): boolean {
  const code = String((body.reason as { code: string } | null)?.code)
  return (
    status === 200 &&
    body.status === 'broken' &&
    (code.startsWith('outbound.') || code === 'provider.unavailable')
  )
}
