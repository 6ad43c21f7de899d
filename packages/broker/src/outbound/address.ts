import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'
import { type AllowList, allowsAddress, canonicalHost } from './allow.ts'

export type AddressJudgement = { allowed: true } | { allowed: false; why: string }

const ALLOWED: AddressJudgement = { allowed: true }

/**
 * Decides whether a connection may go to an address. Allowed is what the Internet routes to anyone
 * (global unicast) and what the operator listed, by CIDR or by the very name that resolved to it.
 * An IPv6 address that carries an IPv4 address is judged by that one as well.
 */
export function judgeAddress(ip: string, allow: AllowList, host?: string): AddressJudgement {
  if (isIP(ip) === 0) return { allowed: false, why: `${ip} is not an IP address` }
  if (host !== undefined && allow.hosts.has(canonicalHost(host))) return ALLOWED
  const address = ipaddr.parse(ip)
  if (allowsAddress(allow, address)) return ALLOWED
  const carried = carriedIPv4(address)
  if (carried.length > 0) {
    for (const inner of carried) {
      if (allowsAddress(allow, inner)) continue
      const why = explainIPv4(inner)
      if (why !== null) return { allowed: false, why: `${ip} carries ${inner.toString()}, which is ${why}` }
    }
    return ALLOWED
  }
  const why = address instanceof ipaddr.IPv4 ? explainIPv4(address) : explainIPv6(address as ipaddr.IPv6)
  return why === null ? ALLOWED : { allowed: false, why: `${ip} is ${why}` }
}

/** Whether an address is this machine: `127.0.0.0/8`, `::1`, or the former mapped into IPv6. */
export function isLoopback(ip: string): boolean {
  return isIP(ip) !== 0 && ipaddr.process(ip).range() === 'loopback'
}

const RANGES: Readonly<Record<string, string>> = {
  unspecified: 'the unspecified address',
  broadcast: 'the broadcast address',
  multicast: 'a multicast address',
  linkLocal: 'a link-local address (cloud metadata lives there)',
  loopback: 'a loopback address',
  carrierGradeNat: 'a carrier-grade NAT address',
  private: 'a private address',
  uniqueLocal: 'a private address',
  reserved: 'a reserved address',
}

/** Azure's metadata and DNS service stands behind an address that looks public. */
const AZURE_WIRE_SERVER = '168.63.129.16'

function explainIPv4(address: ipaddr.IPv4): string | null {
  if (address.toString() === AZURE_WIRE_SERVER) return 'a cloud metadata address'
  const range = address.range()
  return range === 'unicast' ? null : (RANGES[range] ?? 'an address for special purposes')
}

/** Global unicast is `2000::/3` (RFC 4291 §2.4); what IANA has not given out is nobody's to reach. */
function explainIPv6(address: ipaddr.IPv6): string | null {
  const range = address.range()
  if (range === 'unicast' && address.parts[0]! >> 13 === 1) return null
  return RANGES[range] ?? 'an address for special purposes'
}

const PREFIXES_BEFORE_IPV4 = [
  '::ffff:0:0/96', // mapped, RFC 4291 §2.5.5.2
  '::ffff:0:0:0/96', // translated, RFC 2765
  '64:ff9b::/96', // NAT64, RFC 6052 §2.1
  '::/96', // compatible, RFC 4291 §2.5.5.1
] as const

/** The IPv4 addresses packets for an IPv6 address would end up at. */
function carriedIPv4(address: ipaddr.IPv4 | ipaddr.IPv6): ipaddr.IPv4[] {
  if (!(address instanceof ipaddr.IPv6)) return []
  const parts = address.parts
  const at = (high: number, low: number) => new ipaddr.IPv4([high >> 8, high & 0xff, low >> 8, low & 0xff])
  if (parts[0] === 0x2002) return [at(parts[1]!, parts[2]!)] // 6to4, RFC 3056 §2
  if (parts[0] === 0x2001 && parts[1] === 0) {
    // Teredo, RFC 4380 §4: the server, and the client with its bits inverted.
    return [at(parts[2]!, parts[3]!), at(parts[6]! ^ 0xffff, parts[7]! ^ 0xffff)]
  }
  if (address.range() === 'unspecified' || address.range() === 'loopback') return []
  const prefixed = PREFIXES_BEFORE_IPV4.some((cidr) => address.match(ipaddr.IPv6.parseCIDR(cidr)))
  return prefixed ? [at(parts[6]!, parts[7]!)] : []
}
