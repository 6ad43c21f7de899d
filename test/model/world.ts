import { createHash } from 'node:crypto'
import { BursarError } from '@bursar/domain/error.ts'
import type { SendResult } from '../../packages/broker/src/outbound/outbound.ts'
import type { CredentialRow } from '../../packages/broker/src/store/store.ts'
import { type KeptState, MemoryTokens } from './memory-tokens.ts'
import { Node, type Pending } from './node.ts'
import { createOperator, type Operator } from './operator.ts'
import { PLANTED, type Plant } from './planted.ts'
import { Provider } from './provider.ts'

/** How often each thing may happen in one run; this is what bounds the search. */
export interface Budget {
  /** A process ends, at any point where it waits for something. */
  crash: number
  /** A statement fails, before or after its effect. */
  fault: number
  /** A connection to the provider is lost, before or after the provider has committed. */
  drop: number
  /** The provider answers 503. */
  busy: number
  /** An operator forces an exchange. */
  force: number
  /** A caller finds the token too old and asks for a newer one, whatever anybody is in the middle of. */
  use: number
  /** An operator pauses or resumes the credential. */
  pause: number
  /** An operator enters a refresh token of a new family by hand. */
  enter: number
  /** A person signs in. */
  consent: number
  /** Time moves on to the next moment at which something happens, whoever is in the middle of something. */
  tick: number
}

export interface WorldSettings {
  nodes: number
  leaseSeconds: number
  deadlineSeconds: number
  graceSeconds: number
  /** After this many tokens nothing more is due. */
  exchanges: number
  /** `password`: a sign-in needs no person, and ends the family before it at the provider. */
  grant?: 'password'
  /** How long a caller waits for an exchange of another node; not at all when absent. */
  waitSeconds?: number
  budget: Budget
  plant?: Plant
}

/** More steps without a choice than this are a loop. */
const TURNS_AT_MOST = 300
/** Nothing is waited for this long: the last token has come. */
const LONG_MS = 100_000_000
const START_SECONDS = 1_000_000

/** One run of the protocol: some nodes, a database, a provider, and everything that can happen to them. */
export class World {
  readonly settings: WorldSettings
  readonly tokens: MemoryTokens
  readonly provider: Provider
  readonly violations: string[] = []
  nowMs = START_SECONDS * 1000
  readonly #nodes: Node[]
  readonly #budget: Budget
  /** Something happened after which nobody can know whether a refresh token was spent. */
  #mayDoubt = false
  readonly #operator: Operator
  #version: number
  #sealed: string | null

  constructor(settings: WorldSettings) {
    this.settings = settings
    this.#budget = { ...settings.budget }
    const Tokens = settings.plant === undefined ? MemoryTokens : (PLANTED[settings.plant] ?? MemoryTokens)
    const grant = settings.grant ?? (settings.budget.consent > 0 ? 'authorization_code' : 'refresh_token')
    this.tokens = new Tokens(firstState({ ...settings, grant }))
    this.#version = this.tokens.state.token.version
    this.#sealed = this.#sealedText()
    this.#operator = createOperator(this.tokens, () => this.nowMs)
    this.provider = new Provider(settings.graceSeconds, settings.exchanges)
    this.#nodes = Array.from({ length: settings.nodes }, (_, n) => new Node(`n${n + 1}`, this))
    for (const node of this.#nodes) node.start()
  }

  /** Lets every node run until it waits; takes the steps that leave no choice. */
  async settle(): Promise<void> {
    for (let turns = 0; ; turns += 1) {
      if (turns > TURNS_AT_MOST) {
        this.violations.push('a node is busy without an end')
        break
      }
      await new Promise<void>((resolve) => setImmediate(resolve))
      const step = this.#nodes
        .flatMap((node) => node.pending.map((pending) => ({ node, pending })))
        .find(({ pending }) => this.#isPlain(pending))
      if (step === undefined) break
      this.#finish(step.node, step.pending, step.pending.run())
    }
    for (const node of this.#nodes) if (node.idle) node.rest()
    this.#check()
  }

  /** Everything that can happen next, by name. */
  actions(): string[] {
    const actions: string[] = []
    for (const node of this.#nodes) {
      for (const pending of node.pending) {
        if (pending.kind === 'wait') {
          if (pending.name === 'look' && !this.#isLeased()) actions.push(`${node.name} look done`)
          continue
        }
        const at = `${node.name} ${pending.name}`
        if (pending.kind === 'send') actions.push(...this.#sendActions(pending).map((end) => `${at} ${end}`))
        else actions.push(`${at} done`)
        if (pending.kind === 'store' && this.#budget.fault > 0) actions.push(`${at} failed`, `${at} unknown`)
      }
      if (this.#budget.crash > 0 && node.history.length > 0) actions.push(`${node.name} crash`)
      if (this.#budget.force > 0 && node.idle) actions.push(`${node.name} force`)
      if (this.#budget.use > 0) actions.push(`${node.name} use`)
      if (this.#budget.consent > 0 && node.idle) actions.push(`${node.name} consent`)
    }
    if (this.#budget.pause > 0) actions.push('pause')
    if (this.#budget.enter > 0) actions.push('enter')
    if (this.#budget.tick > 0 && this.#nextMs() < Number.POSITIVE_INFINITY) actions.push('tick')
    return actions
  }

  async perform(action: string): Promise<void> {
    const [name, what = '', end = ''] = action.split(' ')
    const node = this.#nodes.find((each) => each.name === name)
    if (name === 'pause') await this.#pause()
    else if (name === 'enter') await this.#enter()
    else if (node === undefined) this.#tick()
    else if (what === 'crash') this.#crash(node)
    else if (what === 'force') {
      this.#budget.force -= 1
      node.force(this.tokens.state.token.version)
    } else if (what === 'use') {
      this.#budget.use -= 1
      node.use(this.tokens.state.token.version)
    } else if (what === 'consent') {
      this.#budget.consent -= 1
      node.consent(this.tokens.state.token.version)
    } else {
      const pending = node.pending.find((each) => each.name === what)!
      if (pending.kind === 'send') this.#send(node, pending, end)
      else this.#store(node, pending, end)
    }
    await this.settle()
  }

  /** Two runs with the same hash have the same future. Names are given anew, in order of appearance. */
  hash(): string {
    const now = this.nowMs / 1000
    const nodes = this.#nodes
      .map((node) =>
        JSON.stringify([
          node.history,
          node.spooled,
          node.received,
          node.lease,
          node.asked,
          node.consenting,
          node.claimedPaused,
          node.pending.map(({ kind, name, untilMs, request, answer, forced }) => [
            kind,
            name,
            kind === 'send' && untilMs - this.nowMs,
            request?.body,
            answer,
            forced,
          ]),
        ]),
      )
      .sort((a, b) => (mask(a) < mask(b) ? -1 : 1))
    const { credential, token } = this.tokens.state
    const state = JSON.stringify([
      now,
      token,
      this.tokens.exchanges,
      credential.status,
      credential.reason,
      String(credential.sealedSecrets),
      [...this.provider.tokens],
      [...this.provider.revoked],
      this.#budget,
      this.#mayDoubt,
      nodes,
    ])
    const names = new Map<string, string>()
    const canonical = state.replaceAll(NAME, (name) => {
      const known = names.get(name) ?? `<${names.size}>`
      names.set(name, known)
      return known
    })
    return createHash('sha1').update(canonical).digest('base64')
  }

  /** True when nobody is in the middle of anything and no answer waits on a disk. */
  get calm(): boolean {
    return !this.#isLeased() && this.#nodes.every((node) => node.idle && node.spooled.length === 0)
  }

  /** What must hold once all is calm: a spent token is replaced, or in doubt for a reason. */
  checkCalm(): void {
    const { token, credential } = this.tokens.state
    const held = this.#heldToken()
    const family = this.provider.familyOf(held)
    if (!this.provider.isLive(held) && !this.provider.isRevoked(held)) {
      const isLost = this.provider.delivered.some((each) => this.provider.familyOf(each) === family)
      if (isLost) this.violations.push('an answer that arrived was lost')
      else if (token.intentId === null && !this.provider.isReplaced(held))
        this.violations.push('a spent refresh token stands without a doubt')
    }
    if (this.provider.delivered.some((each) => this.provider.familyOf(each) > family))
      this.violations.push('what a sign-in brought was lost')
    if (token.intentId !== null && !this.#mayDoubt) this.violations.push('in doubt although nothing was lost')
    const { reason } = credential
    const isDue = token.claimableAt !== null && token.claimableAt * 1000 <= this.nowMs
    if (reason?.code === 'in_doubt' && reason.final && token.intentId === null && !isDue)
      this.violations.push('a doubt is shown that is over')
    if (token.claimableAt === null && !token.paused && reason?.final !== true)
      this.violations.push('nobody will ever look at it again')
  }

  #isLeased(): boolean {
    const { leaseUntil } = this.tokens.state.token
    return leaseUntil !== null && leaseUntil >= Math.floor(this.nowMs / 1000)
  }

  #isPlain(pending: Pending): boolean {
    if (pending.kind === 'wait') return pending.woken === true
    if (pending.name === 'nextDueAt') return true
    if (pending.name !== 'claimDue') return false
    const { claimableAt, leaseUntil } = this.tokens.state.token
    const now = this.nowMs / 1000
    return claimableAt === null || claimableAt > now || (leaseUntil !== null && leaseUntil >= now)
  }

  #sendActions(pending: Pending): string[] {
    const late = this.nowMs > pending.untilMs
    const lossy = this.#budget.drop > 0
    if (pending.answer !== undefined) return ['answer', ...(late || lossy ? ['lost'] : [])]
    if (late) return ['lost']
    return ['commit', ...(lossy ? ['lost', 'unreached'] : []), ...(this.#budget.busy > 0 ? ['busy'] : [])]
  }

  #send(node: Node, pending: Pending, end: string): void {
    const late = this.nowMs > pending.untilMs
    switch (end) {
      case 'commit':
        this.#commit(node, pending)
        return
      case 'answer': {
        const { body, issued } = pending.answer!
        this.provider.settle(issued, 'delivered')
        if (issued !== null) node.received.push(issued)
        this.#finish(node, pending, answered(body.includes('error') ? 400 : 200, body))
        return
      }
      case 'busy':
        this.#budget.busy -= 1
        this.#finish(node, pending, answered(503, ''))
        return
      case 'lost':
        if (!late) this.#budget.drop -= 1
        this.provider.settle(pending.answer?.issued ?? null, 'lost')
        this.#mayDoubt = true
        this.#finish(node, pending, unanswered(true))
        return
      default:
        this.#budget.drop -= 1
        this.#finish(node, pending, unanswered(false))
    }
  }

  #commit(node: Node, pending: Pending): void {
    const now = Math.floor(this.nowMs / 1000)
    const others = this.#nodes.filter((other) => other !== node).flatMap((other) => other.pending)
    const doubled = others.some(({ kind, untilMs }) => kind === 'send' && untilMs >= this.nowMs)
    if (doubled) this.violations.push('two exchanges at the same time')
    if (node.lease !== null && now > node.lease.until) this.violations.push('a request outlived its lease')
    if (node.claimedPaused && !pending.consent) this.violations.push('a paused credential was exchanged')
    const { reason } = this.tokens.state.credential
    const excused = pending.forced === true && reason?.code === 'in_doubt'
    const before = this.provider.reused
    pending.answer = this.provider.receive(pending.request!, this.nowMs, excused)
    if (this.provider.reused > before) this.violations.push('a refresh token was spent twice')
    node.history.push('committed')
  }

  #store(node: Node, pending: Pending, end: string): void {
    if (end === 'done') {
      this.#finish(node, pending, pending.run())
      return
    }
    this.#budget.fault -= 1
    if (end === 'unknown') pending.run()
    this.#take(node, pending)
    node.history.push(`${pending.name} ${end}`)
    pending.reject(new BursarError('store.unavailable'))
  }

  #crash(node: Node): void {
    this.#budget.crash -= 1
    const { token } = this.tokens.state
    if (token.intentId !== null) this.#mayDoubt = true
    for (const issued of node.received) this.provider.settle(issued, 'lost')
    for (const { answer } of node.pending) this.provider.settle(answer?.issued ?? null, 'lost')
    node.epoch += 1
    node.start()
  }

  async #pause(): Promise<void> {
    this.#budget.pause -= 1
    await (this.tokens.state.token.paused ? this.#operator.resume() : this.#operator.pause())
  }

  async #enter(): Promise<void> {
    this.#budget.enter -= 1
    this.#mayDoubt = false
    await this.#operator.enter(this.provider.begin('delivered'))
    this.#sealed = this.#sealedText()
  }

  #finish(node: Node, pending: Pending, result: unknown): void {
    this.#take(node, pending)
    node.history.push(`${pending.name}=${JSON.stringify(result)}`)
    pending.resolve(result)
  }

  #take(node: Node, pending: Pending): void {
    node.pending = node.pending.filter((each) => each !== pending)
  }

  #tick(): void {
    this.#budget.tick -= 1
    this.nowMs = this.#nextMs()
    const { leaseUntil, intentId } = this.tokens.state.token
    // Whoever wrote the intent was frozen past its lease: others can not know what it did.
    if (intentId !== null && leaseUntil !== null && leaseUntil * 1000 < this.nowMs) this.#mayDoubt = true
    // Whoever waits looks up whenever something happens: looking too early is harmless, and there are fewer
    // states than with alarms of its own for every node.
    for (const node of this.#nodes)
      for (const pending of node.pending) pending.woken = pending.kind === 'wait'
  }

  #nextMs(): number {
    const { leaseUntil, claimableAt } = this.tokens.state.token
    const moments = this.#nodes.flatMap(({ pending }) =>
      pending.filter(({ kind }) => kind === 'send').map(({ untilMs }) => untilMs + 1000),
    )
    if (leaseUntil !== null) moments.push((leaseUntil + 1) * 1000)
    if (claimableAt !== null) moments.push(claimableAt * 1000)
    const ahead = moments.filter((moment) => moment > this.nowMs && moment < this.nowMs + LONG_MS)
    return Math.min(...ahead, Number.POSITIVE_INFINITY)
  }

  /** The refresh token that would be spent next: what the last exchange left, else what was entered. */
  #heldToken(): string {
    const left = JSON.parse(this.#sealedText() ?? '{}') as { refreshToken?: string }
    if (left.refreshToken !== undefined) return left.refreshToken
    const { sealedSecrets } = this.tokens.state.credential
    const secrets = JSON.parse(new TextDecoder().decode(sealedSecrets!)) as {
      refresh_token: { value: string }
    }
    return secrets.refresh_token.value
  }

  #sealedText(): string | null {
    const { sealed } = this.tokens.state.token
    return sealed === null ? null : new TextDecoder().decode(sealed)
  }

  /** What must hold after every step. */
  #check(): void {
    const { token, credential } = this.tokens.state
    const sealed = this.#sealedText()
    if (token.paused !== (credential.status === 'paused'))
      this.violations.push('the queue and the status do not agree about a pause')
    if (token.version < this.#version) this.violations.push('the version went back')
    if (sealed !== this.#sealed && token.version !== this.#version + 1)
      this.violations.push('a token was replaced by one that is not newer')
    if (sealed !== this.#sealed) this.#mayDoubt = false
    this.#version = token.version
    this.#sealed = sealed
  }
}

const NAME = /<n\d+\.\d+>/g
const mask = (text: string) => text.replaceAll(NAME, '<>')

const FACTS = { durationMs: 0, trace: [], skewSeconds: null }

const answered = (status: number, body: string): SendResult => ({
  kind: 'answer',
  answer: { status, headers: {}, body, receivedAt: 0 },
  address: null,
  ...FACTS,
})

const unanswered = (sent: boolean): SendResult => ({
  kind: 'no_answer',
  failure: { code: sent ? 'outbound.reset' : 'outbound.connect', detail: 'Lost.', sent },
  ...FACTS,
})

const FIRST_TOKEN = JSON.stringify({ accessToken: 'at-rt0', refreshToken: 'rt0', tokenType: 'Bearer' })

const GRANTS = {
  refresh_token: {},
  authorization_code: { authorization_url: 'https://provider.test/authorize' },
  password: { username: 'ada' },
}

/** Of a refresh token that somebody entered; for the other grants, of one that a sign-in brought long ago. */
export function firstState({
  graceSeconds,
  grant = 'refresh_token',
}: Pick<WorldSettings, 'graceSeconds'> & { grant?: keyof typeof GRANTS }): KeptState {
  const ids = { workspaceId: 'w', credentialId: 'c' }
  const signedIn = grant !== 'refresh_token'
  const entered =
    grant === 'password' ? { password: { value: 'of-ada' } } : { refresh_token: { value: 'rt0' } }
  const credential: CredentialRow = {
    workspaceId: 'w',
    id: 'c',
    name: 'credential',
    provider: null,
    recipe: {
      grant,
      ...GRANTS[grant],
      token_url: 'https://provider.test/token',
      client_id: 'client',
      client_auth: 'none',
      lifetime: { expires_in_unit: 'seconds', rotation_grace_seconds: graceSeconds },
    },
    secrets: {},
    destinations: [],
    environment: null,
    labels: {},
    status: signedIn ? 'active' : 'pending',
    reason: null,
    revision: 1,
    createdAt: START_SECONDS,
    updatedAt: START_SECONDS,
    sealedSecrets: new TextEncoder().encode(JSON.stringify(entered)),
    configRevision: 1,
  }
  const token: KeptState['token'] = {
    ...ids,
    version: 0,
    sealed: null,
    tokenType: null,
    issuedAt: null,
    expiresAt: null,
    expiresFrom: null,
    refreshDueAt: null,
    claimableAt: START_SECONDS,
    leaseId: null,
    leaseUntil: null,
    intentId: null,
    intentAt: null,
    journal: null,
    failures: 0,
    rotates: null,
    learnedSeconds: null,
    updatedAt: START_SECONDS,
    paused: false,
    configRevision: 1,
    intentLeaseId: null,
    ...(signedIn && {
      version: 1,
      sealed: new TextEncoder().encode(FIRST_TOKEN),
      tokenType: 'Bearer',
      issuedAt: START_SECONDS - 24,
      expiresAt: START_SECONDS + 6,
      expiresFrom: 'response' as const,
      refreshDueAt: START_SECONDS,
    }),
  }
  return { credential, token }
}
