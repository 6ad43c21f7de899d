import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type DestinationRuleInput,
  decideDestination,
  parseDestinationRule,
} from '../src/destination-rule.ts'
import { parseTarget } from '../src/target-url.ts'

const SEED = { seed: 3986, numRuns: 500 }

function rule(input: DestinationRuleInput) {
  const result = parseDestinationRule(input)
  if ('problem' in result) throw new Error(result.problem.code)
  return result.rule
}

const problemOf = (input: DestinationRuleInput) => {
  const result = parseDestinationRule(input)
  return 'problem' in result ? result.problem.code : undefined
}

const allows = (rules: DestinationRuleInput | DestinationRuleInput[], url: string, method = 'GET') =>
  decideDestination([rules].flat().map(rule), url, method).allowed

describe('a destination rule', () => {
  test('is taken apart', () => {
    expect(rule({ url: 'HTTPS://*.Mail.Example.com:8443/v1/', methods: ['get', 'POST', 'GET'] })).toEqual({
      url: 'HTTPS://*.Mail.Example.com:8443/v1/',
      scheme: 'https',
      host: 'mail.example.com',
      subdomains: true,
      port: 8443,
      path: '/v1/',
      methods: ['GET', 'POST'],
    })
    expect(rule('https://example.com')).toMatchObject({
      path: '/',
      port: 443,
      methods: null,
      subdomains: false,
    })
    expect(rule('ws://example.com')).toMatchObject({ port: 80 })
    expect(rule('https://[2001:DB8:0::1]/')).toMatchObject({ host: '[2001:db8::1]' })
  })

  test.each([
    ['example.com', 'url.not_absolute'],
    ['not a url', 'url.character'],
    ['', 'url.not_absolute'],
    ['//example.com/', 'url.not_absolute'],
    ['https:example.com', 'url.not_absolute'],
    ['ftp://example.com/', 'url.scheme'],
    ['file:///etc/passwd', 'url.scheme'],
    ['https://example.com/?a=b', 'rule.query'],
    ['https://example.com/?', 'rule.query'],
    ['https://example.com/#a', 'url.fragment'],
    ['https://user:pw@example.com/', 'url.userinfo'],
    ['https://*/', 'rule.wildcard'],
    ['https://*.com/', 'rule.wildcard'],
    ['https://*.localhost/', 'rule.wildcard'],
    ['https://*.10.0.0.1/', 'rule.wildcard'],
    ['https://*.[::1]/', 'rule.wildcard'],
    ['https://*.*.example.com/', 'rule.wildcard'],
    ['https://a*.example.com/', 'rule.wildcard'],
    ['https://api.*.com/', 'rule.wildcard'],
    ['https://example.com/v1/*', 'rule.wildcard'],
    ['https://example.com//v1/', 'url.empty_segment'],
    ['https://example.com/v1//', 'rule.path'],
    ['https://bücher.example/', 'url.character'],
  ])('%j is refused as %s', (url, code) => {
    expect(problemOf(url)).toBe(code)
  })

  test.each([[[]], [['']], [['CONNECT']], [['TRACE']], [['GET POST']], [['GÉT']]])(
    'refuses the methods %j',
    (methods) => {
      expect(problemOf({ url: 'https://example.com/', methods })).toBe('rule.methods')
    },
  )
})

describe('a decision', () => {
  test('denies when there is no rule', () => {
    const decision = decideDestination([], 'https://example.com/', 'GET')
    expect(decision).toMatchObject({ allowed: false, reasons: [{ code: 'rule.none' }] })
    expect(decision.rule).toBeUndefined()
  })

  test.each([
    ['https://example.com', 'https://example.com', true],
    ['https://example.com', 'https://example.com/anything?x=1', true],
    ['https://example.com', 'HTTPS://EXAMPLE.com/', true],
    ['https://example.com', 'https://example.com:443/', true],
    ['https://example.com', 'https://example.com:8443/', false],
    ['https://example.com', 'http://example.com/', false],
    ['http://example.com:443/', 'https://example.com/', false],
    ['https://example.com', 'https://www.example.com/', false],
    ['https://example.com', 'https://example.com.evil.net/', false],
    ['https://example.com', 'https://badexample.com/', false],
    ['https://*.example.com', 'https://a.example.com/', true],
    ['https://*.example.com', 'https://a.b.example.com/', true],
    ['https://*.example.com', 'https://example.com/', false],
    ['https://*.example.com', 'https://badexample.com/', false],
    ['https://example.com/v1', 'https://example.com/v1', true],
    ['https://example.com/v1', 'https://example.com/v1/users', true],
    ['https://example.com/v1', 'https://example.com/v1?x', true],
    ['https://example.com/v1', 'https://example.com/v10', false],
    ['https://example.com/v1', 'https://example.com/v1;a', false],
    ['https://example.com/v1/', 'https://example.com/v1/', true],
    ['https://example.com/v1/', 'https://example.com/v1/a//b', true],
    ['https://example.com/v1/', 'https://example.com/v1', false],
    ['https://example.com/v1/', 'https://example.com/V1/', false],
    ['https://example.com/v1/', 'https://example.com/%761/', false],
    ['https://example.com/', 'wss://example.com/socket', true],
    ['wss://example.com/', 'https://example.com/', true],
    ['https://example.com/', 'ws://example.com/socket', false],
    ['https://10.0.0.7/', 'https://10.0.0.7/', true],
    ['https://[2001:db8::1]/', 'https://[2001:0db8:0:0:0:0:0:1]/', true],
    ['https://example.com/caf%C3%A9/', 'https://example.com/caf%C3%A9/x', true],
  ])('of %s on %s is %s', (written, url, allowed) => {
    expect(allows(written, url)).toBe(allowed)
  })

  test('knows methods without regard to case, and lets HEAD go where GET may', () => {
    const written = { url: 'https://example.com/', methods: ['GET'] }
    expect(allows(written, 'https://example.com/', 'get')).toBe(true)
    expect(allows(written, 'https://example.com/', 'HEAD')).toBe(true)
    expect(allows(written, 'https://example.com/', 'POST')).toBe(false)
    expect(allows({ url: 'https://example.com/', methods: ['POST'] }, 'https://example.com/', 'HEAD')).toBe(
      false,
    )
  })

  test.each(['CONNECT', 'TRACE', 'trace', 'GET\r\nX: y', ''])('never allows the method %j', (method) => {
    expect(decideDestination([rule('https://example.com')], 'https://example.com/', method)).toMatchObject({
      allowed: false,
      reasons: [{ code: 'method.refused' }],
    })
  })

  test('says of each rule what kept it from matching', () => {
    const written = [
      'http://example.com/',
      'https://other.example/',
      'https://example.com:8443/',
      'https://example.com/v2/',
      { url: 'https://example.com/v1/', methods: ['POST'] },
    ]
    const { reasons } = decideDestination(written.map(rule), 'https://example.com/v1/x', 'GET')
    const codes = ['rule.scheme', 'rule.host', 'rule.port', 'rule.path', 'rule.method']
    expect(reasons.map((reason) => reason.code)).toEqual(codes)
    expect(reasons.map((reason) => reason.rule)).toEqual(written.map((one) => rule(one).url))
  })

  test('names the rule that allows', () => {
    const decision = decideDestination(
      [rule('https://a.example/'), rule('https://b.example/')],
      'https://b.example/',
      'GET',
    )
    expect(decision.rule?.url).toBe('https://b.example/')
    expect(decision.reasons).toMatchObject([{ code: 'rule.matched', rule: 'https://b.example/' }])
  })
})

describe('an ambiguous URL', () => {
  test.each([
    ['https://example.com/v1/../admin', 'url.dot_segment'],
    ['https://example.com/v1/..', 'url.dot_segment'],
    ['https://example.com/./v1/', 'url.dot_segment'],
    ['https://example.com/v1/%2e%2e/admin', 'url.dot_segment'],
    ['https://example.com/v1/.%2E/admin', 'url.dot_segment'],
    ['https://example.com/v1/..;/admin', 'url.dot_segment'],
    ['https://example.com/v1/..%3b/admin', 'url.dot_segment'],
    ['https://example.com/v1/%EF%BC%8E%EF%BC%8E/admin', 'url.dot_segment'],
    ['https://example.com/v1/%E2%80%A5/admin', 'url.dot_segment'],
    ['https://example.com/v1/%2fadmin', 'url.encoded_separator'],
    ['https://example.com/v1/%2Fadmin', 'url.encoded_separator'],
    ['https://example.com/v1/%5Cadmin', 'url.encoded_separator'],
    ['https://example.com/v1/%5C..%5cadmin', 'url.encoded_separator'],
    ['https://example.com/v1/%EF%BC%8Fadmin', 'url.encoded_separator'],
    ['https://example.com/v1/%252e%252e/admin', 'url.double_escape'],
    ['https://example.com/v1/%252fadmin', 'url.double_escape'],
    ['https://example.com/v1/%c0%ae%c0%ae/admin', 'url.escape'],
    ['https://example.com/v1/%E9', 'url.escape'],
    ['https://example.com/v1/%', 'url.escape'],
    ['https://example.com/v1/%2', 'url.escape'],
    ['https://example.com/v1/?q=%zz', 'url.escape'],
    ['https://example.com/v1/%00', 'url.character'],
    ['https://example.com/v1/%0d%0aX: y', 'url.character'],
    ['https://example.com/v1/%0d%0a', 'url.character'],
    ['https://example.com\\@evil.net/', 'url.backslash'],
    ['https:\\\\example.com/', 'url.backslash'],
    ['https://example.com/v1\\..\\admin', 'url.backslash'],
    ['https://example.com@evil.net/', 'url.userinfo'],
    ['https://evil.net:443@example.com/', 'url.userinfo'],
    ['https://@example.com/', 'url.userinfo'],
    ['https://example.com#@evil.net/', 'url.fragment'],
    ['https://example.com/v1/#', 'url.fragment'],
    ['https://example.com./', 'url.host'],
    ['https://example..com/', 'url.host'],
    ['https://.example.com/', 'url.host'],
    ['https:///v1/', 'url.host'],
    ['https://:443/', 'url.host'],
    ['https://exa%6dple.com/', 'url.host'],
    ['https://-example.com/', 'url.host'],
    [`https://${'a'.repeat(64)}.com/`, 'url.host'],
    [`https://${'a.'.repeat(130)}com/`, 'url.host'],
    ['https://exa,mple.com/', 'url.host'],
    ['https://2130706433/', 'url.ip_notation'],
    ['https://0x7f000001/', 'url.ip_notation'],
    ['https://0x7f.1/', 'url.ip_notation'],
    ['https://127.1/', 'url.ip_notation'],
    ['https://0177.0.0.1/', 'url.ip_notation'],
    ['https://127.0.0.01/', 'url.ip_notation'],
    ['https://127.0.0.256/', 'url.ip_notation'],
    ['https://1.2.3.4.5/', 'url.ip_notation'],
    ['https://example.1/', 'url.ip_notation'],
    ['https://[::ffff:127.0.0.1]/', 'url.ip_notation'],
    ['https://[::ffff:7f00:1]/', 'url.ip_notation'],
    ['https://[::7f00:1]/', 'url.ip_notation'],
    ['https://[fe80::1%25eth0]/', 'url.ip_notation'],
    ['https://[fe80::1%eth0]/', 'url.escape'],
    ['https://[::1/', 'url.ip_notation'],
    ['https://[1::2::3]/', 'url.ip_notation'],
    ['https://[1:2:3:4:5:6:7:8:9]/', 'url.ip_notation'],
    ['https://[::12345]/', 'url.ip_notation'],
    ['https://example.com:0/', 'url.port'],
    ['https://example.com:65536/', 'url.port'],
    ['https://example.com:0443/', 'url.port'],
    ['https://example.com:/', 'url.port'],
    ['https://example.com:44a/', 'url.port'],
    ['https://example.com:443:443/', 'url.port'],
    ['https://[::1]x:443/', 'url.ip_notation'],
    ['https://example.com//v1/', 'url.empty_segment'],
    ['https://exämple.com/', 'url.character'],
    ['https://example.com/v1/ä', 'url.character'],
    ['https://example.com/v1/ x', 'url.character'],
    ['https://example.com/v1/\tx', 'url.character'],
    ['https://example.com/v1/\u0000', 'url.character'],
    [' https://example.com/', 'url.character'],
    ['https://example.com/\n', 'url.character'],
    ['https://example.com/v1/{id}', 'url.character'],
    ['https://example.com/"', 'url.character'],
    ['/v1/', 'url.not_absolute'],
    [`https://example.com/${'a'.repeat(20_000)}`, 'url.too_long'],
  ])('%j is refused as %s', (url, code) => {
    expect(decideDestination([rule('https://example.com/')], url, 'GET')).toEqual({
      allowed: false,
      reasons: [{ code, detail: expect.any(String) }],
    })
  })

  test('is not a query that carries escaped addresses', () => {
    const url = 'https://example.com/v1/?next=https%3A%2F%2Fa%2F..%252f&filter[x]=1|2&t=%0a'
    expect(allows('https://example.com/v1/', url)).toBe(true)
  })
})

describe('for every URL', () => {
  const label = fc.stringMatching(/^[a-z][a-z0-9]{0,8}$/)
  const host = fc.array(label, { minLength: 2, maxLength: 4 }).map((labels) => labels.join('.'))
  const segment = fc.stringMatching(/^[A-Za-z0-9_~!$&'()+,=:@-][A-Za-z0-9._~-]{0,8}$/)
  const path = fc.array(segment, { maxLength: 4 }).map((segments) => `/${segments.join('/')}`)
  const query = fc.option(fc.webQueryParameters(), { nil: undefined })

  test('what is matched is what a client would send', () => {
    fc.assert(
      fc.property(
        host,
        path,
        query,
        fc.option(fc.integer({ min: 1, max: 65_535 }), { nil: undefined }),
        (name, rest, text, port) => {
          const url = `https://${name}${port === undefined ? '' : `:${port}`}${rest}${text === undefined ? '' : `?${text}`}`
          const result = parseTarget(url)
          if ('problem' in result) return fc.pre(false)
          const sent = new URL(url)
          const { target } = result
          expect(target.host).toBe(sent.hostname)
          expect(target.port).toBe(Number(sent.port || 443))
          expect(target.path).toBe(sent.pathname)
          expect(target.url).toBe(url)
        },
      ),
      SEED,
    )
  })

  test('a URL that is taken from noise means the same to the URL standard', () => {
    const piece = fc.constantFrom(
      'https://',
      'http://',
      'a.example',
      'example.com',
      '@',
      ':',
      '443',
      '/',
      '//',
      '..',
      '.',
      '%2e',
      '%2f',
      '%5c',
      '\\',
      '?',
      '#',
      '%',
      '%25',
      '127.1',
      '0x7f',
      '[::1]',
      '[',
      ']',
      ' ',
      '\t',
      'ä',
      ';',
      '*',
      '&',
      '=',
      'v1',
      '\u0000',
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 10 }), (pieces) => {
        const url = `https://${pieces.join('')}`
        const result = parseTarget(url)
        if ('problem' in result) return
        const sent = new URL(url)
        expect(result.target.host).toBe(sent.hostname)
        expect(result.target.port).toBe(Number(sent.port || 443))
        expect(result.target.path).toBe(sent.pathname)
      }),
      { seed: 3986, numRuns: 20_000 },
    )
  })

  test('a rule allows only its own origin and below its own path', () => {
    fc.assert(
      fc.property(host, path, host, path, fc.boolean(), fc.boolean(), (ruleHost, rulePath, ...drawn) => {
        const [otherHost, otherPath, isSameHost, isBelow] = drawn
        const name = isSameHost ? ruleHost : otherHost
        const rest = isBelow ? `${rulePath}${otherPath.slice(rulePath === '/' ? 1 : 0)}` : otherPath
        const allowed = allows(`https://${ruleHost}${rulePath}`, `https://${name}${rest}`)
        const below = rest === rulePath || rest.startsWith(rulePath.endsWith('/') ? rulePath : `${rulePath}/`)
        expect(allowed).toBe(ruleHost === name && below)
      }),
      SEED,
    )
  })

  test('no trick appended to an allowed prefix leads out of it', () => {
    const trick = fc.constantFrom(
      '..',
      '.',
      '%2e%2e',
      '%2E.',
      '.%2e',
      '..;',
      '..;x=y',
      '%2f',
      '%5c',
      '%252e%252e',
      '%252f',
      '%c0%ae%c0%ae',
      '%EF%BC%8E%EF%BC%8E',
      '..\\',
      '\\..',
      '%00',
      '#',
      '@evil.net',
      '%u002e',
    )
    fc.assert(
      fc.property(path, trick, path, (before, mutation, after) => {
        const prefix = before === '/' ? '/v1' : `/v1${before}`
        const url = `https://example.com${prefix}/${mutation}${after}`
        const { allowed, target } = decideDestination([rule('https://example.com/v1/')], url, 'GET')
        if (allowed) expect(new URL(target!.url).pathname.startsWith('/v1/')).toBe(true)
        else expect(target).toBeUndefined()
      }),
      SEED,
    )
  })

  test('no host mutated around an allowed one is taken for it', () => {
    const mutate = fc.constantFrom<(name: string) => string>(
      (name) => `${name}.`,
      (name) => `${name}.evil.net`,
      (name) => `evil.net/${name}`,
      (name) => `${name}@evil.net`,
      (name) => `evil.net\\@${name}`,
      (name) => `${name}%00.evil.net`,
      (name) => `${name}%2eevil.net`,
      (name) => `${name}:80@evil.net`,
      (name) => `${name}:99999`,
      (name) => `x${name}`,
      (name) => name.replace('.', '..'),
      (name) => name.replace('.', '。'),
      (name) => `${name}\t`,
    )
    fc.assert(
      fc.property(host, mutate, path, (name, mutation, rest) => {
        expect(allows(`https://${name}/`, `https://${mutation(name)}${rest}`)).toBe(false)
      }),
      SEED,
    )
  })
})
