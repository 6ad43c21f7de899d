import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import { join } from 'node:path'
import { Canaries } from '../canary.ts'
import { readText } from '../http-server.ts'
import type { Dice } from './dice.ts'

/** One request to the token endpoint, and what became of it. */
export interface Asked {
  credential: string
  node: string
  atMs: number
  /** The refresh token it spent. */
  spent: string | null
  /** What was drawn for it. */
  fate: Fate
  /** The provider changed its state. */
  committed: boolean
  /** An answer of any kind reached the other end of the connection. */
  delivered: boolean
  endedMs: number | null
  accessToken: string | null
}

interface Family {
  current: string
  /** The one before, which some providers take once more for a while. */
  previous: string | null
  graceMs: number
  spentAt: Map<string, number>
  revoked: boolean
  /** The sign-in that began another one. */
  endedBy: Asked | null
}

interface Issued {
  credential: string
  node: string
  expiresMs: number
  deliveredMs: number | null
  revokedMs: number | null
}

export type Mood = 'well' | 'late' | 'dropping' | 'busy'
type Fate = 'well' | 'late' | 'drop before' | 'drop after' | 'half' | 'reset' | 'unavailable' | 'too many'

const FATES: Record<Mood, readonly Fate[]> = {
  well: ['well'],
  late: ['well', 'late', 'late'],
  dropping: ['well', 'drop before', 'drop after', 'half', 'reset'],
  busy: ['well', 'unavailable', 'too many'],
}

const CERTIFICATES = join(import.meta.dirname, '../../packages/broker/test/outbound/fixtures')
/** Who signed the certificate of the token endpoint that speaks TLS. */
export const AUTHORITY = join(CERTIFICATES, 'ca.pem')
const certificate = () => ({
  cert: readFileSync(join(CERTIFICATES, 'localhost.pem')),
  key: readFileSync(join(CERTIFICATES, 'localhost-key.pem')),
})

/** A provider and a destination that know everything: who spent what, what was answered, what is still good. */
export class Truth {
  readonly asked: Asked[] = []
  readonly issued = new Map<string, Issued>()
  mood: Mood = 'well'
  /**
   * Refresh tokens that came twice without a grace and without somebody who asked for it, or although a sign-in had
   * brought another.
   */
  reused: string[] = []
  doubled: string[] = []
  misplaced: string[] = []
  /** What nobody may read anywhere: it is part of each token and of each secret. */
  readonly canaries = new Canaries()
  readonly #mark = this.canaries.plant('a token or a secret')
  requests = 0
  proxied = 0
  /** Of each credential the one that is good. */
  readonly #families = new Map<string, Family>()
  readonly #familyOf = new Map<string, Family>()
  readonly #hasEnded: (node: string, sinceMs: number) => boolean
  readonly #dice: Dice
  readonly #deadlineMs: number
  readonly #servers: Server[] = []
  #numbers = 0
  tokenUrl = ''
  tlsTokenUrl = ''
  destination = ''
  elsewhere = ''

  /** `hasEnded` says whether a node's process has ended since. */
  constructor(dice: Dice, deadlineMs: number, hasEnded: (node: string, sinceMs: number) => boolean) {
    this.#dice = dice
    this.#deadlineMs = deadlineMs
    this.#hasEnded = hasEnded
  }

  async start(): Promise<void> {
    this.tokenUrl = `${await this.#listen((req, res) => this.#token(req, res))}/token`
    this.tlsTokenUrl = `${await this.#listenTls((req, res) => this.#token(req, res))}/token`
    this.destination = await this.#listen((req, res) => this.#visit(req, res))
    this.elsewhere = await this.#listen((req, res) => {
      this.misplaced.push(`a request to ${req.url} went where no rule allows`)
      res.end()
    })
  }

  async stop(): Promise<void> {
    for (const server of this.#servers) {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    }
  }

  /** A new family; its first refresh token. */
  adopt(credential: string, graceMs = 0): string {
    const current = this.#next('rt')
    const family = {
      current,
      previous: null,
      graceMs,
      spentAt: new Map<string, number>(),
      revoked: false,
      endedBy: null,
    }
    this.#families.set(credential, family)
    this.#familyOf.set(current, family)
    return current
  }

  /** A password or a client secret. */
  secret(credential: string): string {
    return `of-${credential}-${this.#mark}`
  }

  /** The last request for a credential. */
  last(credential: string): Asked | undefined {
    return this.asked.findLast((asked) => asked.credential === credential)
  }

  /** An access token that reached a node, good for `ms` more. */
  usable(credential: string, ms: number): Issued | undefined {
    return [...this.issued.values()].findLast(
      (token) =>
        token.credential === credential && token.deliveredMs !== null && token.expiresMs > Date.now() + ms,
    )
  }

  async #listen(handle: (req: IncomingMessage, res: ServerResponse) => void): Promise<string> {
    const server = createServer(handle)
    this.#servers.push(server)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  }

  /** Some connections are reset before the handshake has ended. */
  async #listenTls(handle: (req: IncomingMessage, res: ServerResponse) => void): Promise<string> {
    const server = createTlsServer(certificate(), handle)
    server.on('connection', (socket: Socket) => {
      if (this.mood === 'dropping' && this.#dice.between(0, 3) === 0) socket.resetAndDestroy()
    })
    this.#servers.push(server)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return `https://127.0.0.1:${(server.address() as AddressInfo).port}`
  }

  async #token(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const form = new URLSearchParams(await readText(req))
    const credential = form.get('client_id') ?? ''
    const asked: Asked = {
      credential,
      node: String(req.headers['chaos-node'] ?? ''),
      atMs: Date.now(),
      spent: form.get('refresh_token'),
      fate: this.#dice.pick(FATES[this.mood]),
      committed: false,
      delivered: false,
      endedMs: null,
      accessToken: null,
    }
    this.#watchDoubles(asked)
    this.asked.push(asked)
    this.requests += 1
    res.once('close', () => {
      asked.endedMs = Date.now()
    })
    const { fate } = asked
    if (fate === 'reset') return reset(req)
    if (fate === 'drop before') return void req.socket.destroy()
    if (fate === 'unavailable') return this.#answer(res, asked, 503, { error: 'temporarily_unavailable' })
    if (fate === 'too many') {
      res.setHeader('retry-after', '1')
      return this.#answer(res, asked, 429, { error: 'slow_down' })
    }
    const answer = this.#exchange(asked, form.get('grant_type') === 'password')
    if (fate === 'drop after') return void req.socket.destroy()
    if (fate === 'half') {
      const text = JSON.stringify(answer)
      res.writeHead(200, { 'content-type': 'application/json', 'content-length': text.length })
      return void res.write(text.slice(0, text.length / 2), () => reset(req))
    }
    if (fate === 'late') await new Promise((resolve) => setTimeout(resolve, this.#dice.between(200, 1_300)))
    this.#answer(res, asked, answer.error === undefined ? 200 : 400, answer)
  }

  #exchange(asked: Asked, signsIn: boolean): Record<string, unknown> {
    const { credential, spent } = asked
    let refresh: string | undefined
    if (signsIn) {
      const before = this.#families.get(credential)
      if (before !== undefined) before.endedBy = asked
      refresh = this.adopt(credential)
    }
    if (spent !== null) {
      const family = this.#familyOf.get(spent) ?? this.#families.get(credential)
      if (family === undefined || family.revoked) return { error: 'invalid_grant' }
      if (family.endedBy !== null) {
        const { endedBy } = family
        if (this.#hasArrived(endedBy))
          this.reused.push(`${credential}: ${spent} came although a sign-in ${told(endedBy)} brought another`)
        return { error: 'invalid_grant' }
      }
      if (family.current !== spent && !inGrace(family, spent)) {
        family.revoked = true
        const times = family.spentAt.has(spent) ? 'a second time' : 'though it was never issued'
        const before = this.asked.filter((other) => other !== asked && other.spent === spent).map(told)
        this.reused.push(`${credential}: ${spent} came ${times}: ${[...before, told(asked)].join('; then ')}`)
        return { error: 'invalid_grant' }
      }
      refresh = this.#next('rt')
      if (!family.spentAt.has(spent)) family.spentAt.set(spent, Date.now())
      family.previous = spent
      family.current = refresh
      this.#familyOf.set(refresh, family)
    }
    asked.committed = true
    const accessToken = this.#next('at')
    asked.accessToken = accessToken
    const life = this.#dice.between(6, 9)
    this.issued.set(accessToken, {
      credential,
      node: asked.node,
      expiresMs: Date.now() + life * 1000,
      deliveredMs: null,
      revokedMs: null,
    })
    return { access_token: accessToken, token_type: 'Bearer', expires_in: life, refresh_token: refresh }
  }

  /** Whoever asked had the answer, and lived on with it. */
  #hasArrived({ delivered, atMs, endedMs, node }: Asked): boolean {
    return delivered && endedMs !== null && endedMs - atMs < ARRIVES_MS && !this.#hasEnded(node, atMs)
  }

  #answer(res: ServerResponse, asked: Asked, status: number, body: Record<string, unknown>): void {
    if (res.destroyed) return
    res.once('finish', () => {
      if (res.destroyed || res.socket === null || res.socket.destroyed) return
      asked.delivered = true
      const token = asked.accessToken === null ? undefined : this.issued.get(asked.accessToken)
      if (token !== undefined) token.deliveredMs = Date.now()
    })
    res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  }

  /** Two open requests of one credential, the older one still within the deadline that its lease covers. */
  #watchDoubles(asked: Asked): void {
    const open = this.asked.findLast(
      (before) =>
        before.credential === asked.credential &&
        before.endedMs === null &&
        asked.atMs - before.atMs < this.#deadlineMs,
    )
    if (open !== undefined) this.doubled.push(`${asked.credential}: ${open.node} and ${asked.node}`)
  }

  /** The destination: the path says whose token it has to be. */
  #visit(req: IncomingMessage, res: ServerResponse): void {
    this.proxied += 1
    const credential = (req.url ?? '').split('/').at(-1) ?? ''
    const text = /^Bearer (.+)$/.exec(req.headers.authorization ?? '')?.[1] ?? ''
    const token = this.issued.get(text)
    if (token === undefined || token.credential !== credential) {
      this.misplaced.push(`${credential}: "${text.slice(0, 4)}…" of ${token?.credential ?? 'nobody'}`)
    }
    res.end('ok')
  }

  #next(kind: string): string {
    this.#numbers += 1
    return `${kind}-${this.#numbers}-${this.#mark}-${Math.floor(this.#dice.fraction() * 1e9).toString(36)}`
  }
}

/** Later than this an answer may meet the deadline, which is a second. */
export const ARRIVES_MS = 900

const told = ({ node, atMs, fate, delivered }: Asked): string =>
  `from ${node} at ${new Date(atMs).toISOString()}, ${fate}${delivered ? ', answered' : ''}`

/** A token that was lost with its answer may be fetched again with the refresh token that was spent for it. */
const inGrace = ({ previous, graceMs, spentAt }: Family, spent: string): boolean =>
  previous === spent && Date.now() - spentAt.get(spent)! < graceMs

function reset({ socket }: IncomingMessage): void {
  // What carries TLS is reset below it.
  const carrier = (socket as Socket & { _parent?: Socket | null })._parent
  ;(carrier ?? socket).resetAndDestroy()
}
