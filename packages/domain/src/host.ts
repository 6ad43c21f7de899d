/** A host as it stands in a URL, in its one canonical spelling. */
export type Host = { kind: 'name' | 'ipv4' | 'ipv6'; text: string }

export type HostResult = { host: Host } | { code: string; detail: string }

const refuse = (code: string, detail: string): HostResult => ({ code, detail })

/**
 * Reads the host of a URL, RFC 3986 §3.2.2. Anything two programs could resolve to different addresses
 * is refused: IPv4 in octal, hexadecimal or short form, mapped IPv6, a trailing dot, percent escapes.
 */
export function parseHost(written: string): HostResult {
  if (written === '') return refuse('url.host', 'The host is empty.')
  if (written.startsWith('[')) return parseIpv6(written)
  if (written.includes('%')) return refuse('url.host', 'The host contains a percent escape.')
  const text = written.toLowerCase()
  const labels = text.split('.')
  if (labels.at(-1) === '') return refuse('url.host', 'The host ends in a dot.')
  if (labels.includes('')) return refuse('url.host', 'The host has an empty label.')
  if (/^(?:\d+|0x[0-9a-f]*)$/.test(labels.at(-1)!)) {
    return isCanonicalIpv4(labels)
      ? { host: { kind: 'ipv4', text } }
      : refuse('url.ip_notation', 'The host is an IP address in a notation that can be read in two ways.')
  }
  if (text.length > 253 || !labels.every(isLabel)) {
    return refuse(
      'url.host',
      'The host is not a name: labels of letters, digits, "-" and "_", at most 63 each.',
    )
  }
  return { host: { kind: 'name', text } }
}

const isLabel = (label: string): boolean => /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/.test(label)

const isCanonicalIpv4 = (parts: readonly string[]): boolean =>
  parts.length === 4 && parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255)

function parseIpv6(written: string): HostResult {
  const groups = written.endsWith(']') ? ipv6Groups(written.slice(1, -1)) : undefined
  if (!groups) {
    return refuse('url.ip_notation', 'The host is not an IPv6 address of hexadecimal groups in brackets.')
  }
  if (
    groups.slice(0, 5).every((group) => group === 0) &&
    (groups[5] === 0xffff || isIpv4Compatible(groups))
  ) {
    return refuse('url.ip_notation', 'The host is an IPv4 address dressed as IPv6.')
  }
  return { host: { kind: 'ipv6', text: `[${renderIpv6(groups)}]` } }
}

/** `::a.b.c.d`, deprecated by RFC 4291 §2.5.5.1; `::` and `::1` are addresses of their own. */
const isIpv4Compatible = (groups: readonly number[]): boolean =>
  groups[5] === 0 && (groups[6] !== 0 || groups[7]! > 1)

/** The eight groups; undefined for zones, dotted tails and everything else that is not plain hexadecimal. */
function ipv6Groups(text: string): number[] | undefined {
  const halves = text.split('::')
  if (halves.length > 2) return undefined
  const [left, right] = halves.map((half) => (half === '' ? [] : half.split(':')))
  const written = [...left!, ...(right ?? [])]
  if (!written.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return undefined
  if (right ? written.length > 7 : written.length !== 8) return undefined
  const zeros = Array<string>(8 - written.length).fill('0')
  return [...left!, ...zeros, ...(right ?? [])].map((group) => Number.parseInt(group, 16))
}

/** RFC 5952 §4: lower case, no leading zeros, the first longest run of two or more zeros as `::`. */
function renderIpv6(groups: readonly number[]): string {
  let start = -1
  let length = 1
  for (let from = 0; from < 8; from++) {
    let to = from
    while (to < 8 && groups[to] === 0) to++
    if (to - from > length) [start, length] = [from, to - from]
  }
  const hex = groups.map((group) => group.toString(16))
  if (start < 0) return hex.join(':')
  return `${hex.slice(0, start).join(':')}::${hex.slice(start + length).join(':')}`
}
