import { may } from '@bursar/domain/access.ts'
import type { ConsoleRole } from '@bursar/domain/console-role.ts'
import { BursarError } from '@bursar/domain/error.ts'
import type { Secret } from '@bursar/domain/secret.ts'
import { createFailureBrake } from '../apps/failure-brake.ts'
import { auditEntry } from '../audit.ts'
import type { Caller, Operations } from '../operations.ts'
import type { Ports } from '../ports.ts'
import {
  type Identity,
  isSameDigest,
  type KeptTicket,
  makeToken,
  OPERATOR,
  rowOfTicket,
  type SignInMethod,
  scopesOfPerson,
  splitToken,
  ticketKey,
  ticketOfRow,
} from './session.ts'

export interface SessionSettings {
  /** Seconds without a request after which a session ends. */
  idleSeconds: number
  /** Seconds after which it ends whatever happens. */
  endsAfterSeconds: number
  /** Base of the console as browsers reach it, without a slash at the end. */
  consoleUrl: () => string
  /** What the sign-in page shows of single sign-on; null without it. */
  sso: { title: string } | null
}

/** From where somebody signs in. */
export interface SignInFacts {
  address: string
  userAgent: string
}

export interface SessionView {
  /** Null for a key. */
  id: string | null
  method: SignInMethod | 'bearer'
  caller: { id: string; name: string }
  scopes: readonly string[]
  roles: readonly ConsoleRole[]
  createdAt: number | null
  seenAt: number | null
  idleEndsAt: number | null
  endsAt: number | null
  address: string | null
  userAgent: string | null
  current: boolean
}

export interface NewSession {
  session: SessionView
  token: Secret
  /** Seconds. */
  maxAgeSeconds: number
}

export interface SessionOperations {
  authenticateSession(token: string): Promise<Caller>
  createSession(body: { key?: string; link?: string }, from: SignInFacts): Promise<NewSession>
  getSession(caller: Caller): Promise<SessionView>
  endSession(caller: Caller): Promise<void>
  listSessions(caller: Caller): Promise<readonly SessionView[]>
  deleteSession(caller: Caller, id: string): Promise<void>
  createSignInLink(caller: Caller): Promise<{ url: string; expiresAt: number }>
  signInOptions(): { key: true; link: true; sso: { title: string; url: string } | null }
}

export interface SessionsHandle {
  operations: SessionOperations
  /** For whom an identity provider vouches. */
  signInPerson(person: Extract<Identity, { kind: 'person' }>, from: SignInFacts): Promise<NewSession>
  /** For the one who reads what the server prints. */
  operatorLink(): Promise<{ url: string; expiresAt: number }>
  forget(subject: string): void
  forgetAll(): void
  housekeep(): Promise<void>
}

type SessionPorts = Pick<Ports, 'store' | 'envelope' | 'clock' | 'random' | 'log' | 'settings'>

const WORKSPACE = 'default'
const LINK_SECONDS = 600
const SEEN_EVERY_SECONDS = 60
const KNOWN_AT_MOST = 10_000
const LISTED_AT_MOST = 10_000

interface Known {
  ticket: KeptTicket
  caller: Caller
  /** Unix seconds; of the caller's key. */
  callerEndsAt: number
  seenAt: number
}

/** Sessions of people at the console. They end when idle, when old, when ended, and with the caller they stand for. */
export function createSessions(
  ports: SessionPorts,
  settings: SessionSettings,
  authentication: Pick<Operations, 'authenticate'>,
): SessionsHandle {
  const { store, envelope, clock, random, log } = ports
  const known = new Map<string, Known>()
  const brake = createFailureBrake()
  let generation = 0

  const ended = (detail: string) => new BursarError('session.ended', { detail, hint: 'Sign in again.' })

  function idleEndsAt(seenAt: number, endsAt: number): number {
    return Math.min(seenAt + settings.idleSeconds, endsAt)
  }

  async function callerOf(
    { workspaceId, identity }: Pick<KeptTicket, 'workspaceId' | 'identity'>,
    sessionId: string,
  ): Promise<{ caller: Caller; endsAt: number } | null> {
    const session = { workspaceId, sessionId }
    if (identity.kind === 'operator')
      return { caller: { ...session, ...OPERATOR }, endsAt: Number.POSITIVE_INFINITY }
    if (identity.kind === 'person') {
      const { id, name } = identity
      const caller = { ...session, id, name, scopes: scopesOfPerson(identity) }
      return { caller, endsAt: Number.POSITIVE_INFINITY }
    }
    const row = await store.callers.get(workspaceId, identity.id)
    if (row === undefined) return null
    const { id, name, scopes, expiresAt } = row
    return { caller: { ...session, id, name, scopes }, endsAt: expiresAt ?? Number.POSITIVE_INFINITY }
  }

  async function load(token: string): Promise<Known> {
    const parts = splitToken(token)
    if (parts === null) throw ended('The session cookie is not one of ours.')
    const began = generation
    const row = await store.documents.get(
      ticketKey({ workspaceId: WORKSPACE, kind: 'session', id: parts.id }),
    )
    if (row === undefined) throw ended('The session was ended, or has been over for a while.')
    const ticket = ticketOfRow(envelope, row)
    if (!isSameDigest(ticket.digest, parts.digest)) throw ended('The session cookie is not one of ours.')
    const found = await callerOf(ticket, ticket.id)
    if (found === null) throw ended('The key of this session was deleted.')
    const entry = { ticket, caller: found.caller, callerEndsAt: found.endsAt, seenAt: ticket.seenAt }
    if (known.size >= KNOWN_AT_MOST) known.delete(known.keys().next().value!)
    if (began === generation) known.set(token, entry)
    return entry
  }

  /** Written down once a minute at most: what a restart loses is a minute of an idle time. */
  async function markSeen(token: string, entry: Known, now: number): Promise<void> {
    entry.seenAt = now
    const { ticket } = entry
    if (now - ticket.seenAt < SEEN_EVERY_SECONDS) return
    const seen = { ...ticket, seenAt: now, revision: ticket.revision + 1 }
    entry.ticket = seen
    const write = store.documents.update(rowOfTicket(envelope, seen), ticket.revision, null)
    // Another node wrote it since: the next request reads it anew. A database that is away ends no session.
    if (!(await write.catch(() => true))) known.delete(token)
  }

  async function authenticateSession(token: string): Promise<Caller> {
    const now = clock.now()
    const remembered = known.get(token)
    const isCutOff = now - store.lastContactAt > ports.settings.offlineGraceSeconds
    const entry = remembered === undefined || isCutOff ? await load(token) : remembered
    const { ticket, callerEndsAt } = entry
    if (ticket.endsAt <= now) throw ended('The session has reached its end.')
    if (idleEndsAt(entry.seenAt, ticket.endsAt) <= now) throw ended('The session was idle for too long.')
    if (callerEndsAt <= now) throw ended('The key of this session has expired.')
    await markSeen(token, entry, now)
    return entry.caller
  }

  async function open(
    identity: Identity,
    method: SignInMethod,
    from: SignInFacts,
    sessionEndsAt: number | null = null,
  ): Promise<NewSession> {
    const now = clock.now()
    const endsAt = Math.min(now + settings.endsAfterSeconds, sessionEndsAt ?? Number.POSITIVE_INFINITY)
    const { id, token, digest } = makeToken(random)
    const ticket: KeptTicket = {
      workspaceId: WORKSPACE,
      kind: 'session',
      id,
      identity,
      method,
      digest,
      endsAt,
      sessionEndsAt: null,
      createdAt: now,
      seenAt: now,
      address: from.address,
      userAgent: from.userAgent.slice(0, 300),
      revision: 1,
    }
    const found = await callerOf(ticket, id)
    if (found === null) throw ended('The key behind this sign-in was deleted.')
    const audit = auditEntry(found.caller, now, 'session.create', id, { method, name: found.caller.name })
    await store.documents.insert(rowOfTicket(envelope, ticket), audit)
    return {
      session: view(ticket, found.caller, ticket.seenAt, id),
      token,
      maxAgeSeconds: endsAt - now,
    }
  }

  function view(
    ticket: KeptTicket,
    caller: Caller,
    seenAt: number,
    current: string | undefined,
  ): SessionView {
    const { id, method, identity, createdAt, endsAt, address, userAgent } = ticket
    return {
      id,
      method,
      caller: { id: caller.id, name: caller.name },
      scopes: caller.scopes,
      roles: identity.kind === 'person' ? identity.roles : [],
      createdAt,
      seenAt,
      idleEndsAt: idleEndsAt(seenAt, endsAt),
      endsAt,
      address,
      userAgent,
      current: id === current,
    }
  }

  /** Takes a link, once; the one who deletes its row is the one who has it. */
  async function spendLink(token: string): Promise<Pick<KeptTicket, 'identity' | 'sessionEndsAt'>> {
    const over = new BursarError('session.link_ended', {
      detail: 'This sign-in link was used already, has expired, or a part of it is missing.',
      hint: 'Make a new one: bursar console link. Or sign in with a key.',
    })
    const parts = splitToken(token)
    if (parts === null) throw over
    const key = ticketKey({ workspaceId: WORKSPACE, kind: 'link', id: parts.id })
    const row = await store.documents.get(key)
    if (row === undefined) throw over
    const ticket = ticketOfRow(envelope, row)
    if (!isSameDigest(ticket.digest, parts.digest) || ticket.endsAt <= clock.now()) throw over
    if (!(await store.documents.delete(key, null))) throw over
    return ticket
  }

  async function makeLink(
    { identity, sessionEndsAt }: Pick<KeptTicket, 'identity' | 'sessionEndsAt'>,
    actor: Pick<Caller, 'workspaceId' | 'id'>,
  ) {
    const now = clock.now()
    const { id, token, digest } = makeToken(random)
    const ticket: KeptTicket = {
      workspaceId: WORKSPACE,
      kind: 'link',
      id,
      identity,
      method: 'link',
      digest,
      endsAt: Math.min(now + LINK_SECONDS, sessionEndsAt ?? Number.POSITIVE_INFINITY),
      sessionEndsAt,
      createdAt: now,
      seenAt: now,
      address: '',
      userAgent: '',
      revision: 1,
    }
    await store.documents.insert(
      rowOfTicket(envelope, ticket),
      auditEntry(actor, now, 'sign_in_link.create', id),
    )
    return {
      url: `${settings.consoleUrl()}/console/sign-in#link=${token.reveal()}`,
      expiresAt: ticket.endsAt,
    }
  }

  async function loadOwn({ workspaceId, sessionId }: Caller): Promise<KeptTicket | null> {
    if (sessionId === undefined) return null
    const row = await store.documents.get(ticketKey({ workspaceId, kind: 'session', id: sessionId }))
    return row === undefined ? null : ticketOfRow(envelope, row)
  }

  async function remove(caller: Caller, ticket: KeptTicket): Promise<void> {
    const audit = auditEntry(caller, clock.now(), 'session.end', ticket.id)
    await store.documents.delete(ticketKey(ticket), audit)
  }

  async function listTickets(workspaceId: string, kind: KeptTicket['kind']): Promise<KeptTicket[]> {
    const at = { workspaceId, door: 'console', kind, limit: LISTED_AT_MOST }
    return (await store.documents.list(at)).map((row) => ticketOfRow(envelope, row))
  }

  /** A session passes on its end: nobody stays signed in for longer by one link after another. */
  async function grantOf(caller: Caller): Promise<Pick<KeptTicket, 'identity' | 'sessionEndsAt'>> {
    if (caller.sessionId === undefined) {
      return { identity: { kind: 'caller', id: caller.id }, sessionEndsAt: null }
    }
    const own = await loadOwn(caller)
    if (own === null) throw ended('The session was ended.')
    return { identity: own.identity, sessionEndsAt: own.endsAt }
  }

  const operations: SessionOperations = {
    authenticateSession,

    async createSession({ key, link }, from) {
      const now = clock.now()
      const attempt = { appId: null, address: from.address }
      const waitSeconds = brake.begin(attempt, now)
      if (waitSeconds > 0) {
        throw new BursarError('session.throttled', {
          detail: `Too many sign-ins failed from this address. Try again in ${waitSeconds} s.`,
          retryAfterSeconds: waitSeconds,
        })
      }
      try {
        const { identity, sessionEndsAt } =
          link === undefined
            ? await grantOf(await authentication.authenticate(key ?? ''))
            : await spendLink(link)
        const opened = await open(identity, link === undefined ? 'key' : 'link', from, sessionEndsAt)
        brake.succeeded(attempt, clock.now())
        return opened
      } catch (error) {
        const isGuess = error instanceof BursarError && error.status < 500
        if (isGuess) log.warn('sign_in_failed', { code: error.code, address: from.address })
        else brake.succeeded(attempt, clock.now())
        throw error
      }
    },

    async getSession(caller) {
      const ticket = await loadOwn(caller)
      if (ticket !== null) return view(ticket, caller, clock.now(), ticket.id)
      return {
        id: null,
        method: 'bearer',
        caller: { id: caller.id, name: caller.name },
        scopes: caller.scopes,
        roles: [],
        createdAt: null,
        seenAt: null,
        idleEndsAt: null,
        endsAt: null,
        address: null,
        userAgent: null,
        current: true,
      }
    },

    async endSession(caller) {
      const ticket = await loadOwn(caller)
      if (ticket !== null) await remove(caller, ticket)
    },

    async listSessions(caller) {
      const now = clock.now()
      const all = may(caller.scopes, { action: 'admin' })
      const views: SessionView[] = []
      for (const ticket of await listTickets(caller.workspaceId, 'session')) {
        if (idleEndsAt(ticket.seenAt, ticket.endsAt) <= now) continue
        const found = await callerOf(ticket, ticket.id)
        if (found === null || found.endsAt <= now) continue
        if (all || found.caller.id === caller.id)
          views.push(view(ticket, found.caller, ticket.seenAt, caller.sessionId))
      }
      return views.reverse()
    },

    async deleteSession(caller, id) {
      const row = await store.documents.get(
        ticketKey({ workspaceId: caller.workspaceId, kind: 'session', id }),
      )
      const ticket = row && ticketOfRow(envelope, row)
      const owner = ticket && (await callerOf(ticket, id))
      const isOwn = owner?.caller.id === caller.id
      if (ticket === undefined || !(isOwn || may(caller.scopes, { action: 'admin' }))) {
        throw new BursarError('session.not_found', {
          detail: `There is no session with the id "${id}" that you could end.`,
          hint: 'List them: bursar console sessions.',
        })
      }
      await remove(caller, ticket)
    },

    createSignInLink: async (caller) => makeLink(await grantOf(caller), caller),

    signInOptions: () => ({
      key: true,
      link: true,
      sso: settings.sso && { title: settings.sso.title, url: `${settings.consoleUrl()}/console/sso` },
    }),
  }

  return {
    operations,
    signInPerson: (person, from) => open(person, 'sso', from),
    operatorLink: () =>
      makeLink(
        { identity: { kind: 'operator' }, sessionEndsAt: null },
        { workspaceId: WORKSPACE, id: 'system' },
      ),
    forget(subject) {
      const [, id] = /^console\/session\/(.+)$/.exec(subject) ?? []
      if (id === undefined) return
      generation += 1
      for (const [token, { ticket }] of known) if (ticket.id === id) known.delete(token)
    },
    forgetAll() {
      generation += 1
      known.clear()
    },
    async housekeep() {
      const now = clock.now()
      for (const kind of ['session', 'link'] as const) {
        for (const ticket of await listTickets(WORKSPACE, kind)) {
          const endsAt = kind === 'link' ? ticket.endsAt : idleEndsAt(ticket.seenAt, ticket.endsAt)
          if (endsAt + SEEN_EVERY_SECONDS < now) await store.documents.delete(ticketKey(ticket), null)
        }
      }
    },
  }
}
