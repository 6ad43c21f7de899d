import { type ParsedTarget, parseTarget, type UrlProblem, type UrlScheme } from './target-url.ts'

export type { ParsedTarget } from './target-url.ts'

/** A URL a token may go to, parsed: scheme, host or `*.host`, port, path prefix, methods. */
export interface DestinationRule {
  /** As it was written, for people and for `explain`. */
  url: string
  scheme: UrlScheme
  /** Lower case, no trailing dot, punycode. Without the `*.` when `subdomains`. */
  host: string
  /** True for `*.host`: one or more labels in front, never the host itself. */
  subdomains: boolean
  port: number
  /** A prefix that ends at a `/`: `/v1` covers `/v1` and `/v1/…`, `/v1/` only what lies below. */
  path: string
  /** Upper case; null is every method. */
  methods: readonly string[] | null
}

/** How a rule is written. */
export type DestinationRuleInput = string | { url: string; methods?: readonly string[] | null | undefined }

export interface DestinationProblem extends UrlProblem {
  hint?: string
}

export type DestinationRuleResult = { rule: DestinationRule } | { problem: DestinationProblem }

const refuse = (code: string, detail: string, hint?: string): DestinationRuleResult => ({
  problem: { code, detail, ...(hint !== undefined && { hint }) },
})

/** What to write instead, for the mistakes people make in rules. */
const HINTS: Readonly<Record<string, string>> = {
  'url.not_absolute': 'Write a whole URL, for example https://api.example.com/v1/.',
  'url.scheme': 'Write https://, or http:// where the broker allows it.',
  'url.fragment': 'Leave the fragment out: it is never sent.',
  'url.userinfo': 'Leave the user name out: the token is what authenticates.',
  'url.character': 'Write international names in punycode and other characters as UTF-8 escapes.',
  'url.ip_notation': 'Write the address as four decimal numbers, or as IPv6 in brackets.',
}

/** Reads one destination rule; `*.` may stand before a host of two or more labels and nowhere else. */
export function parseDestinationRule(input: DestinationRuleInput): DestinationRuleResult {
  const { url, methods } = typeof input === 'string' ? { url: input, methods: null } : input
  const wildcard = /^([a-z][a-z0-9+.-]*:\/\/)\*\.(.*)$/is.exec(url)
  const parsed = parseTarget(wildcard ? wildcard[1]! + wildcard[2]! : url)
  if (url.includes('*', wildcard ? wildcard[1]!.length + 1 : 0)) {
    return refuse(
      'rule.wildcard',
      'A "*" may only stand as the first label of the host.',
      'A path is a prefix already: write /v1/ instead of /v1/*.',
    )
  }
  if ('problem' in parsed)
    return refuse(parsed.problem.code, parsed.problem.detail, HINTS[parsed.problem.code])
  const { scheme, host, hostKind, port, path, query } = parsed.target
  if (query !== null)
    return refuse('rule.query', 'A rule has no query.', 'Leave out everything from the "?" on.')
  if (path.includes('//')) return refuse('rule.path', 'The path of a rule has no empty segment.')
  if (wildcard && (hostKind !== 'name' || !host.includes('.'))) {
    return refuse(
      'rule.wildcard',
      'After "*." a rule needs a host name of two or more labels.',
      'Name the domain that is yours, for example *.example.com.',
    )
  }
  const upper = methods?.map((method) => method.toUpperCase())
  if (upper && (upper.length === 0 || !upper.every(isAllowedMethod))) {
    return refuse(
      'rule.methods',
      'The methods of a rule are a list of HTTP methods other than CONNECT and TRACE.',
      'Leave methods out to allow every method.',
    )
  }
  const rule = { url, scheme, host, subdomains: wildcard !== null, port, path }
  return { rule: { ...rule, methods: upper ? [...new Set(upper)] : null } }
}

/** CONNECT makes a tunnel that no rule sees into; TRACE sends the token back to whoever asked. */
const isAllowedMethod = (method: string): boolean =>
  /^[!#$%&'*+.^_`|~0-9A-Z-]{1,32}$/.test(method) && method !== 'CONNECT' && method !== 'TRACE'

export interface DestinationReason {
  code: string
  detail: string
  /** The rule that is spoken of, as it was written. */
  rule?: string
}

export interface DestinationDecision {
  allowed: boolean
  rule?: DestinationRule
  target?: ParsedTarget
  reasons: DestinationReason[]
}

/** Says whether a token may go to a URL, by which rule, or why by none. Denies unless a rule allows. */
export function decideDestination(
  rules: readonly DestinationRule[],
  url: string,
  method: string,
): DestinationDecision {
  const parsed = parseTarget(url)
  if ('problem' in parsed) return { allowed: false, reasons: [parsed.problem] }
  const { target } = parsed
  const wanted = method.toUpperCase()
  if (!isAllowedMethod(wanted)) {
    const reason = { code: 'method.refused', detail: 'No token is ever sent with this method.' }
    return { allowed: false, target, reasons: [reason] }
  }
  const reasons: DestinationReason[] = []
  for (const rule of rules) {
    const difference = differenceTo(rule, target, wanted)
    if (!difference) {
      const reason = { code: 'rule.matched', detail: `The rule ${rule.url} allows it.`, rule: rule.url }
      return { allowed: true, rule, target, reasons: [reason] }
    }
    reasons.push({ ...difference, rule: rule.url })
  }
  if (rules.length === 0) {
    reasons.push({
      code: 'rule.none',
      detail: 'The credential has no destination rule, so its token goes nowhere.',
    })
  }
  return { allowed: false, target, reasons }
}

/** The first thing that keeps a rule from covering a target; undefined when it does. */
function differenceTo(rule: DestinationRule, target: ParsedTarget, method: string): UrlProblem | undefined {
  if (isSecure(rule.scheme) !== isSecure(target.scheme)) {
    return { code: 'rule.scheme', detail: `The rule is for ${rule.scheme}, the URL is ${target.scheme}.` }
  }
  if (!coversHost(rule, target.host)) {
    const wanted = rule.subdomains ? `*.${rule.host}` : rule.host
    return { code: 'rule.host', detail: `The host ${target.host} is not ${wanted}.` }
  }
  if (rule.port !== target.port) {
    return { code: 'rule.port', detail: `The rule is for port ${rule.port}, the URL has ${target.port}.` }
  }
  if (!coversPath(rule.path, target.path)) {
    return { code: 'rule.path', detail: `The path does not lie under ${rule.path}.` }
  }
  if (rule.methods && !rule.methods.includes(method) && !isHeadOfGet(rule.methods, method)) {
    return { code: 'rule.method', detail: `The rule allows ${rule.methods.join(', ')}, not ${method}.` }
  }
  return undefined
}

/** A WebSocket begins as an HTTP request (RFC 6455 §1.3), so `ws` goes where `http` goes, `wss` where `https`. */
const isSecure = (scheme: UrlScheme): boolean => scheme === 'https' || scheme === 'wss'

const coversHost = (rule: DestinationRule, host: string): boolean =>
  rule.subdomains ? host.endsWith(`.${rule.host}`) && host.length > rule.host.length + 1 : host === rule.host

const coversPath = (prefix: string, path: string): boolean =>
  prefix.endsWith('/') ? path.startsWith(prefix) : path === prefix || path.startsWith(`${prefix}/`)

/** HEAD asks for what GET would say, without the content: RFC 9110 §9.3.2. */
const isHeadOfGet = (methods: readonly string[], method: string): boolean =>
  method === 'HEAD' && methods.includes('GET')
