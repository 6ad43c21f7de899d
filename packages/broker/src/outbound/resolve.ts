import { promises as dns, type LookupAddress } from 'node:dns'
import { isIP } from 'node:net'
import { isLoopback, judgeAddress } from './address.ts'
import { type AllowList, canonicalHost } from './allow.ts'
import { errorCode, OutboundFailure } from './failure.ts'
import type { OutboundSettings } from './outbound.ts'
import { assertPlainHost } from './target.ts'

export interface Resolver {
  /** Addresses a connection may go to, in the order of the answer. Fails when none is left. */
  resolve(host: string, options: { loopbackOnly: boolean }): Promise<readonly LookupAddress[]>
}

export interface ResolverSettings {
  allow: AllowList
  timeoutMs: number
  lookup: NonNullable<OutboundSettings['lookup']>
}

/** As the operating system resolves, so that `/etc/hosts` and the names of containers work. */
export const systemLookup = (host: string) =>
  dns.lookup(host, { all: true, order: 'verbatim' }) as ReturnType<ResolverSettings['lookup']>

/**
 * Resolves and judges. Nothing is remembered past the answer: callers that ask while a lookup is under way
 * share it, the next one asks anew, so what is cached is up to the system's resolver and the DNS answer.
 */
export function createResolver({ allow, timeoutMs, lookup }: ResolverSettings): Resolver {
  const underWay = new Map<string, Promise<readonly LookupAddress[]>>()

  const lookupOnce = (host: string) => {
    const running = underWay.get(host)
    if (running) return running
    const started = withinTime(lookup(host), host, timeoutMs).finally(() => underWay.delete(host))
    underWay.set(host, started)
    return started
  }

  return {
    async resolve(host, { loopbackOnly }) {
      assertPlainHost(host)
      const found = isIP(host) === 0 ? await lookupOnce(canonicalHost(host)) : [literal(host)]
      return judgeAll(host, found, allow, loopbackOnly)
    },
  }
}

const literal = (ip: string): LookupAddress => ({ address: ip, family: isIP(ip) })

function judgeAll(host: string, found: readonly LookupAddress[], allow: AllowList, loopbackOnly: boolean) {
  if (found.length === 0) throw new OutboundFailure('outbound.dns', `${host} has no address.`)
  const reasons: string[] = []
  const passed = found.filter(({ address }) => {
    const judgement = judgeAddress(address, allow, host)
    const why = !judgement.allowed
      ? judgement.why
      : loopbackOnly && !isLoopback(address)
        ? `${address} is not loopback, and plain http goes nowhere else`
        : null
    if (why !== null) reasons.push(why)
    return why === null
  })
  if (passed.length > 0) return passed
  throw new OutboundFailure(
    'outbound.blocked',
    `${host} can not be called: ${reasons.join('; ')}.`,
    'List the address or the host name in outbound.allow if you mean it.',
  )
}

async function withinTime(found: Promise<readonly LookupAddress[]>, host: string, timeoutMs: number) {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    const failure = new OutboundFailure('outbound.dns', `${host} was not resolved within ${timeoutMs} ms.`)
    timer = setTimeout(() => reject(failure), timeoutMs)
  })
  try {
    return await Promise.race([found, late])
  } catch (error) {
    throw error instanceof OutboundFailure ? error : lookupFailure(host, error)
  } finally {
    clearTimeout(timer)
  }
}

function lookupFailure(host: string, error: unknown): OutboundFailure {
  const code = errorCode(error)
  if (code === 'ENOTFOUND') return new OutboundFailure('outbound.dns', `There is no host named ${host}.`)
  return new OutboundFailure('outbound.dns', `${host} could not be resolved (${code || 'no code'}).`)
}
