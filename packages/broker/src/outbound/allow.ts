import { isIP } from 'node:net'
import { domainToASCII } from 'node:url'
import { BursarError, type Problem } from '@bursar/domain/error.ts'
import ipaddr from 'ipaddr.js'

type Network = [address: ipaddr.IPv4 | ipaddr.IPv6, prefixLength: number]

/** What may be reached although it is not a public address. */
export interface AllowList {
  readonly networks: readonly Network[]
  /** Lower case, punycode, no trailing dot. */
  readonly hosts: ReadonlySet<string>
}

/** Parses the setting `outbound.allow`; throws `settings.invalid` that names every bad entry. */
export function parseAllow(entries: readonly string[]): AllowList {
  const networks: Network[] = []
  const hosts = new Set<string>()
  const problems: Problem[] = []
  for (const [index, raw] of entries.entries()) {
    const entry = raw.trim()
    const parsed = parseNetwork(entry) ?? parseHost(entry)
    if (parsed === null) problems.push(explainBadEntry(entry, index))
    else if (typeof parsed === 'string') hosts.add(parsed)
    else networks.push(parsed)
  }
  if (problems.length > 0) {
    const detail = problems.map((problem) => problem.detail).join(' ')
    throw new BursarError('settings.invalid', { detail, problems, hint: problems[0]!.hint! })
  }
  return { networks, hosts }
}

/** Whether a CIDR of the list holds the address. */
export function allowsAddress(allow: AllowList, address: ipaddr.IPv4 | ipaddr.IPv6): boolean {
  return allow.networks.some(
    ([network, prefixLength]) => network.kind() === address.kind() && address.match(network, prefixLength),
  )
}

/** A host name as it is compared: lower case, punycode, without the dot that makes it absolute. */
export function canonicalHost(host: string): string {
  return domainToASCII(host.endsWith('.') ? host.slice(0, -1) : host).toLowerCase()
}

/** A CIDR or a single address; a CIDR whose host bits are set is refused, since it says two things. */
function parseNetwork(entry: string): Network | null {
  const [address, prefix, ...rest] = entry.split('/')
  if (!address || isIP(address) === 0 || rest.length > 0) return null
  const parsed = ipaddr.parse(address)
  const bits = parsed.kind() === 'ipv4' ? 32 : 128
  if (prefix === undefined) return [parsed, bits]
  if (!/^\d{1,3}$/.test(prefix) || Number(prefix) > bits) return null
  return lowestAddress(parsed, entry) === parsed.toNormalizedString() ? [parsed, Number(prefix)] : null
}

function lowestAddress(address: ipaddr.IPv4 | ipaddr.IPv6, cidr: string): string {
  const family = address.kind() === 'ipv4' ? ipaddr.IPv4 : ipaddr.IPv6
  return family.networkAddressFromCIDR(cidr).toNormalizedString()
}

const LABEL = '[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?'
const HOST_NAME = new RegExp(`^(?:${LABEL}\\.)*${LABEL}$`)

function parseHost(entry: string): string | null {
  const host = canonicalHost(entry)
  return HOST_NAME.test(host) && !endsInNumber(host) ? host : null
}

/**
 * Whether a host is a number to somebody: its last label is decimal, octal or hexadecimal
 * (URL Standard, "ends in a number checker").
 */
export function endsInNumber(host: string): boolean {
  return /(?:^|\.)(?:\d+|0x[0-9a-f]*)\.?$/i.test(host)
}

function explainBadEntry(entry: string, index: number): Problem {
  const wildcard = entry.includes('*')
  return {
    path: `/outbound/allow/${index}`,
    code: 'settings.invalid',
    detail: `"${entry}" in outbound.allow is neither a CIDR nor a host name.`,
    hint: wildcard
      ? 'Wildcards are not supported: list each host name, or the CIDR they resolve to.'
      : 'Write a CIDR such as 10.20.0.0/16 (host bits zero), an address, or a host name without scheme and port.',
  }
}
