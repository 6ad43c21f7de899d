import type { IncomingMessage } from 'node:http'
import ipaddr from 'ipaddr.js'

/** Who asks, as far as connections and trusted proxies tell. */
export interface ClientFacts {
  address: string
  isSecure: boolean
  host: string
}

/** Reads `X-Forwarded-For`, `-Proto` and `-Host` where the peer is one of the trusted proxies. */
export function createClientFacts(trustedProxies: readonly string[]): (req: IncomingMessage) => ClientFacts {
  const networks = trustedProxies.map((entry) =>
    entry.includes('/')
      ? ipaddr.parseCIDR(entry)
      : ([ipaddr.process(entry), entry.includes(':') ? 128 : 32] as [ipaddr.IPv4 | ipaddr.IPv6, number]),
  )

  function isTrusted(address: string): boolean {
    if (!ipaddr.isValid(address)) return false
    const parsed = ipaddr.process(address)
    return networks.some(
      ([network, bits]) =>
        network.kind() === parsed.kind() && (parsed as ipaddr.IPv4).match(network as ipaddr.IPv4, bits),
    )
  }

  return (req) => {
    const peer = req.socket.remoteAddress ?? ''
    const host = (req.headers.host ?? '').slice(0, 255)
    const secure = 'encrypted' in req.socket
    if (networks.length === 0 || !isTrusted(peer)) return { address: plain(peer), isSecure: secure, host }
    return {
      address: plain(lastForeign(header(req, 'x-forwarded-for'), isTrusted) ?? peer),
      isSecure: secure || lastOf(header(req, 'x-forwarded-proto')) === 'https',
      host: lastOf(header(req, 'x-forwarded-host'))?.slice(0, 255) ?? host,
    }
  }
}

const header = (req: IncomingMessage, name: string): string => [req.headers[name] ?? []].flat().join(',')

const partsOf = (list: string): string[] =>
  list
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')

const lastOf = (list: string): string | undefined => partsOf(list).at(-1)

/** From the right, the first that is no proxy of ours: whoever stands left of it may be made up. */
function lastForeign(list: string, isTrusted: (address: string) => boolean): string | undefined {
  return partsOf(list)
    .reverse()
    .find((address) => ipaddr.isValid(address) && !isTrusted(address))
}

/** An IPv4 address that came over IPv6 is itself. */
function plain(address: string): string {
  if (/^[\d.]{7,15}$/.test(address)) return address
  return ipaddr.isValid(address) ? ipaddr.process(address).toString() : address.slice(0, 45)
}
