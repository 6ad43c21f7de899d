import { BursarError } from '@bursar/domain/error.ts'
import type { Outbound } from '../../outbound/outbound.ts'
import { spellingsOf } from '../../rule-engine/artifact-spellings.ts'
import {
  type LoadedBuild,
  ModuleFailure,
  type RuleAnswer,
  type RuleEngine,
  type RuleRequest,
  type RuleResult,
  type RuleSecret,
  type RuleSecrets,
} from '../../rule-engine/rule-engine.ts'
import type { Change } from '../../store/store.ts'
import { checkDestination } from '../check-destination.ts'
import type { Caller, Operations } from '../operations.ts'
import { demand, mayUse } from '../permission.ts'
import type { Ports } from '../ports.ts'
import { createArtifacts } from './artifacts.ts'
import { createDeployedBuilds } from './deployed-builds.ts'
import { resourceNotFound } from './resources.ts'

/** What became of an event. */
export interface ForwardedEvent {
  buildId: string
  results: RuleResult[]
}

export interface EventOptions {
  /** What the CDN-Loop field of the request says (RFC 8586). */
  loop: string | null
  /** Whether anybody will read the logs. */
  logs: boolean
}

export interface EventForwarding {
  /** Runs the rules of an environment. */
  forward(
    caller: Caller,
    environmentId: string,
    event: unknown,
    options: EventOptions,
  ): Promise<ForwardedEvent>
  /** What is held in memory follows what is saved. */
  forget(change: Change): void
}

export interface EventPorts {
  /** The way to destinations. */
  destinations: Outbound
  tokens: Pick<Operations, 'useTokenFast' | 'useToken' | 'decide'>
  engine: RuleEngine
  store: Ports['store']
  clock: Pick<Ports['clock'], 'monotonicMs'>
}

/** For each module, and for an event as a whole. */
const LIMIT_MS = 30_000
/** Entries of CDN-Loop: an event that was forwarded so often goes round. */
const HOPS_AT_MOST = 16

export function createEventForwarding(ports: EventPorts): EventForwarding {
  const builds = createDeployedBuilds(ports, ports.engine)
  const artifacts = createArtifacts(ports.tokens)

  return {
    async forward(caller, environmentId, event, { loop, logs }) {
      const name = environmentId.toLowerCase()
      if (!mayUse(caller, 'events', name)) demand(caller, { action: 'events', credential: name })
      const { workspaceId } = caller
      const build =
        builds.known(workspaceId, environmentId) ?? (await builds.load(workspaceId, environmentId))
      if (build === null) throw nothingThere()
      const headers = { 'cdn-loop': nextLoop(environmentId, loop) }
      const secrets = artifacts.known(build, workspaceId) ?? (await artifacts.load(build, workspaceId))
      const deadlineMs = ports.clock.monotonicMs() + LIMIT_MS
      const send = (request: RuleRequest) => sendRequest(ports, build, secrets, request, deadlineMs)
      const results = await build.run({ event, secrets, headers, logs, send })
      return { buildId: build.artifact.buildId, results }
    },

    forget: builds.forget,
  }
}

function nothingThere(): BursarError {
  const refusal = resourceNotFound('environments')
  return new BursarError(refusal.code, {
    detail: 'There is no environment with this id, or no build of it has succeeded.',
    hint: 'Build a library for it: POST /reactor/libraries/{id}/builds.',
  })
}

/** The CDN-Loop of what is sent; refuses an event that this environment has sent itself, RFC 8586 §2. */
function nextLoop(environmentId: string, loop: string | null): string {
  const own = `bursar-${environmentId.toLowerCase()}`
  if (loop === null || loop === '') return own
  const hops = loop.split(',').map((hop) => hop.split(';', 1)[0]!.trim().toLowerCase())
  if (hops.includes(own) || hops.length >= HOPS_AT_MOST) {
    throw new BursarError('reactor.loop', {
      detail: hops.includes(own)
        ? 'A rule of this environment sent this event, so its rules do not run for it again.'
        : `The event was forwarded ${hops.length} times.`,
    })
  }
  return `${loop}, ${own}`
}

/** Shorter ones are found in any text, and are secrets in name only. */
const ARTIFACT_AT_LEAST = 4

/** Sends what an action asks for, unless a secret in it may not go there. */
async function sendRequest(
  { destinations, tokens, clock }: EventPorts,
  build: LoadedBuild,
  secrets: RuleSecrets,
  request: RuleRequest,
  deadlineMs: number,
): Promise<RuleAnswer> {
  const { method, url, body } = request
  const headers = Object.entries(request.headers)
  const reached = secretsOfAction(build, request.component)
  for (const [id, secret] of secrets) {
    if (!reached.includes(id) && !carries(secret, url, headers, body)) continue
    try {
      checkDestination(tokens, secret, url, method)
    } catch (error) {
      throw error instanceof BursarError ? new ModuleFailure(refusalOf(error)) : error
    }
  }
  const leftMs = Math.ceil(deadlineMs - clock.monotonicMs())
  if (leftMs <= 0) throw new ModuleFailure(tooLong('event'))
  const result = await destinations.send({ method, url, headers, body }, { deadlineMs: leftMs })
  if (result.kind === 'answer') return { status: result.answer.status, body: result.answer.body }
  const { code, detail } = result.failure
  if (code === 'outbound.timeout') throw new ModuleFailure(tooLong(leftMs === LIMIT_MS ? 'module' : 'event'))
  throw new ModuleFailure(`The request was not answered (${code}): ${detail}`)
}

const tooLong = (what: 'module' | 'event'): string =>
  `A timeout occurred because the ${what} took longer than ${LIMIT_MS / 1000} seconds to complete.`

const refusalOf = ({ code, detail }: BursarError): string =>
  `The request was not sent (${code}): a secret in it may not go there. ${detail}`

const byAction = new WeakMap<LoadedBuild, ReadonlyMap<string, readonly string[]>>()

function secretsOfAction(build: LoadedBuild, action: string): readonly string[] {
  let known = byAction.get(build)
  if (known === undefined) {
    known = new Map(
      build.artifact.rules.flatMap(({ actions }) => actions.map(({ id, secrets }) => [id, secrets])),
    )
    byAction.set(build, known)
  }
  return known.get(action) ?? []
}

const bySecret = new WeakMap<RuleSecret, readonly string[]>()

function textsOf(secret: RuleSecret): readonly string[] {
  let known = bySecret.get(secret)
  if (known === undefined) {
    known = spellingsOf(secret.artifact).filter((text) => text.length >= ARTIFACT_AT_LEAST)
    bySecret.set(secret, known)
  }
  return known
}

/** A secret can come by ways that settings do not show: out of an event, or out of an earlier answer. */
function carries(
  secret: RuleSecret,
  url: string,
  headers: ReadonlyArray<readonly [string, string]>,
  body: string | null,
): boolean {
  return textsOf(secret).some(
    (text) =>
      url.includes(text) ||
      (body?.includes(text) ?? false) ||
      headers.some(([, value]) => value.includes(text)),
  )
}
