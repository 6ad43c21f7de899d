import type { RequestFacts } from './app-operations.ts'

/** A row of `HTTPProperties`, its members as the platform names them. No value of a query is kept. */
export function describeRequest(facts: RequestFacts, hasSsl: boolean): Record<string, unknown> {
  const [path = '', query = ''] = splitOnce(facts.target, '?')
  return {
    Browser: browserOf(facts.userAgent),
    ClientIP: facts.address,
    HasSSL: hasSsl || facts.isSecure,
    IsSSL: facts.isSecure,
    Method: bounded(facts.method, 20),
    QueryString: redactQuery(query),
    ReferrerURL: originAndPath(facts.referrer),
    RequestURL: bounded(`${facts.isSecure ? 'https' : 'http'}://${facts.host}${path}`, 1000),
    UserAgent: bounded(facts.userAgent, 500),
  }
}

const bounded = (text: string, length: number): string =>
  text.length > length ? text.slice(0, length) : text

function splitOnce(text: string, mark: string): [string, string] | [string] {
  const at = text.indexOf(mark)
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)]
}

const PARAMETERS_AT_MOST = 20

/** Names stay where they have a value; anything else may be a secret. */
function redactQuery(query: string): string {
  if (query === '') return ''
  const parameters = query.split('&', PARAMETERS_AT_MOST)
  return parameters
    .map((parameter) => {
      const [name, value] = splitOnce(parameter, '=')
      return value === undefined || name.length > 64 ? '[redacted]' : `${name}=[redacted]`
    })
    .join('&')
}

function originAndPath(referrer: string): string {
  if (referrer === '') return ''
  const url = URL.parse(referrer)
  return url !== null && /^https?:$/.test(url.protocol) ? bounded(url.origin + url.pathname, 1000) : ''
}

/** The first of these whose mark stands in the user agent; the later ones stand in those of the earlier. */
const BROWSERS = [
  ['Edge', /\bEdg(?:e|A|iOS)?\//],
  ['Opera', /\bOPR\//],
  ['Firefox', /\bFirefox\//],
  ['Chrome', /\bChrome\//],
  ['Safari', /\bSafari\//],
] as const

const nameBrowser = (userAgent: string): string =>
  BROWSERS.find(([, mark]) => mark.test(userAgent))?.[0] ?? bounded(/^[\w.-]+/.exec(userAgent)?.[0] ?? '', 50)

/** Few programs ask a token page, each of them often. */
const browsers = new Map<string, string>()
const BROWSERS_AT_MOST = 1_000

function browserOf(userAgent: string): string {
  let browser = browsers.get(userAgent)
  if (browser === undefined) {
    browser = nameBrowser(userAgent)
    if (browsers.size >= BROWSERS_AT_MOST) browsers.clear()
    if (userAgent.length <= 300) browsers.set(userAgent, browser)
  }
  return browser
}
