import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { AnyRecipe } from '../src/every-recipe.ts'
import type { Answer, TokenOutputs } from '../src/exchange.ts'
import { type ExchangeContext, NO_CONTEXT } from '../src/exchange-context.ts'
import { grantOf } from '../src/grants/table.ts'
import { type PlanInput, planExchange } from '../src/plan-exchange.ts'
import { parseRecipe } from '../src/recipe.ts'
import { keepsHost, renderRequest } from '../src/render-request.ts'
import { revealText, Secret } from '../src/secret.ts'
import { secretNeeds } from '../src/secret-needs.ts'
import { compileTemplate, renderTemplate } from '../src/template/engine.ts'
import { readRefreshToken, readTokenResponse } from '../src/token-response.ts'

function recipe(members: Record<string, unknown>): AnyRecipe {
  const parsed = parseRecipe({ grant: 'client_credentials', ...members })
  if ('problems' in parsed) throw new Error(JSON.stringify(parsed.problems))
  return parsed.recipe as AnyRecipe
}

const context = (authData: Record<string, unknown>): ExchangeContext => ({ ...NO_CONTEXT, authData })

const input = (made: AnyRecipe, more: Partial<PlanInput> = {}): PlanInput => ({
  grant: grantOf(made),
  recipe: made,
  secrets: { client_secret: new Secret('hush') },
  outputs: null,
  consent: null,
  now: 1_800_000_000,
  randomId: 'id',
  matches: () => false,
  ...more,
})

const kept = (refreshToken?: string): TokenOutputs => ({
  accessToken: new Secret('at'),
  tokenType: 'Bearer',
  others: {},
  ...(refreshToken !== undefined && { refreshToken: new Secret(refreshToken) }),
})

const BASE = { token_url: 'https://idp.example/token', client_id: 'c' }

/** What a plan would send, laid open. */
function sent(planned: ReturnType<typeof planExchange>) {
  if (planned.kind !== 'plan' || planned.plan.kind !== 'send') throw new Error(planned.kind)
  const { url, headers, body } = planned.plan.request
  return {
    spends: planned.spends,
    url: revealText(url),
    headers,
    text: body?.type === 'text' ? revealText(body.text) : undefined,
    form:
      body?.type === 'form'
        ? Object.fromEntries(body.fields.map(([n, v]) => [n, revealText(v as string)]))
        : undefined,
  }
}

describe('a written request', () => {
  const written = recipe({
    ...BASE,
    token_request: {
      url: { template: 'https://idp.example/{{ authData.clientSecret }}' },
      headers: { 'X-Key': { template: '{{ authData.clientSecret }}' } },
      body: { template: 's={{ authData.clientSecret }}' },
    },
  })

  test('prints none of what its templates made', () => {
    const planned = planExchange(input(written))
    expect(sent(planned)).toMatchObject({ url: 'https://idp.example/hush', text: 's=hush' })
    if (planned.kind === 'plan') expect(JSON.stringify(planned.plan)).not.toContain('hush')
  })

  test('has no private key to send', () => {
    const made = recipe({ ...BASE, token_request: { body: { template: '[{{ authData.privateKey }}]' } } })
    expect(sent(planExchange(input(made, { secrets: { private_key: new Secret('PEM') } }))).text).toBe('[]')
  })

  test('spends a refresh token only where it comes out otherwise with it', () => {
    const using = recipe({ ...BASE, token_request: { body: { template: 'r={{ authData.refreshToken }}' } } })
    const ignoring = recipe({ ...BASE, token_request: { body: { template: 'x={{ authData.clientId }}' } } })
    expect(sent(planExchange(input(using, { outputs: kept('r1') })))).toMatchObject({
      spends: 'refresh_token',
      text: 'r=r1',
    })
    expect(sent(planExchange(input(ignoring, { outputs: kept('r1') }))).spends).toBeNull()
    expect(
      sent(planExchange(input(using, { outputs: kept('r1'), withoutRefreshToken: true }))),
    ).toMatchObject({
      spends: null,
      text: 'r=',
    })
  })

  test('may be one for refreshing only', () => {
    const made = recipe({
      ...BASE,
      client_auth: 'client_secret_post',
      refresh_request: {
        url: 'https://idp.example/renew',
        body: { template: 't={{ authData.accessToken }}' },
      },
    })
    expect(sent(planExchange(input(made))).form).toMatchObject({ grant_type: 'client_credentials' })
    expect(sent(planExchange(input(made, { outputs: kept() })))).toMatchObject({
      url: 'https://idp.example/renew',
      text: 't=at',
    })
  })

  test.each([
    ['standard', 'refresh_token'],
    ['none', undefined],
  ])('can leave refreshing to %s', (way, grantType) => {
    const made = recipe({ ...BASE, refresh_request: way, token_request: { body: 'constant' } })
    const planned = sent(planExchange(input(made, { outputs: kept('r1') })))
    expect([planned.form?.grant_type, planned.text]).toEqual([grantType, grantType ? undefined : 'constant'])
  })
})

describe('the host of a template', () => {
  const label = fc.stringMatching(/^[a-z][a-z0-9-]{0,10}[a-z0-9]$/)

  test('is never left, whatever the value', () => {
    const template = {
      url: { template: 'https://{{ authData.v | raw }}.example.com/t' },
      method: 'POST',
      headers: {},
    } as const
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.webUrl(), fc.webAuthority()), (v) => {
        const rendered = renderRequest(template, '/token_request', undefined, context({ v }))
        if ('fault' in rendered) return true
        return new URL(revealText(rendered.request.url)).hostname.endsWith('.example.com')
      }),
      { numRuns: 2000 },
    )
  })

  test('is kept by labels', () => {
    fc.assert(
      fc.property(label, (v) =>
        keepsHost('https://{{ authData.v }}.example.com/t', `https://${v}.example.com/t`),
      ),
    )
  })

  test.each([
    ['{{ authData.base }}/token', 'https://anywhere.example/token', true],
    ['https://{% if authData.x %}a{% else %}b{% endif %}.example.com/t', 'https://b.example.com/t', true],
    ['{% if a %}https://a.com{% else %}https://b.com{% endif %}/t', 'https://b.com/t', true],
    ['https://idp.example:8443/t', 'https://idp.example:8443/t', true],
    ['https://{{ v }}:8443/t', 'https://evil.com/x:8443/t', false],
    ['https://api.{{ v }}.example.com?x={{ y }}', 'https://api.evil.com?.example.com?x=', false],
    ['https://x.example.com/?u=https://{{ v }}', 'https://x.example.com/?u=https://y', true],
  ])('%s and %s', (source, url, keeps) => expect(keepsHost(source, url)).toBe(keeps))
})

test('no value gets a line break into a header', () => {
  const template = {
    url: 'https://idp.example/t',
    method: 'POST',
    headers: { 'X-A': { template: 'v {{ authData.v | raw }}' } },
  } as const
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (v) => {
      const rendered = renderRequest(template, '', undefined, context({ v }))
      if ('fault' in rendered) return true
      return rendered.request.headers.every(([, value]) => /^[\x20-\x7e]*$/.test(revealText(value as string)))
    }),
  )
})

test('templates render or say where they fail, and never throw', () => {
  const piece = fc.constantFrom(
    '{{',
    '}}',
    '{%',
    '%}',
    ' if ',
    ' for a in ',
    'authData.x',
    '|',
    'raw',
    '~',
    "'",
    '[',
    ']',
    '(',
    '1',
  )
  const source = fc.oneof(
    fc.string(),
    fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join('')),
  )
  fc.assert(
    fc.property(source, (template) => {
      const rendered = renderTemplate(template, { authData: { x: [1] } })
      return 'text' in rendered || (rendered.fault.line >= 1 && rendered.fault.excerpt.includes('^'))
    }),
    { numRuns: 1000 },
  )
})

test('a template is compiled once', () => {
  expect(compileTemplate('{{ once }}')).toBe(compileTemplate('{{ once }}'))
})

describe('an answer', () => {
  const answer = (body: string, headers: Record<string, string> = {}): Answer => ({
    status: 200,
    headers,
    body,
    receivedAt: 1_800_000_000,
  })

  test('keeps its numbers as they were written', () => {
    const made = recipe({
      ...BASE,
      response: {
        outputs: {
          id: { template: '{{ response.body.id }}' },
          price: { template: '{{ response.body.price }}' },
        },
      },
    })
    const read = readTokenResponse(answer('{"access_token":"t","id":12345678901234567890,"price":1.0}'), made)
    if (read.kind !== 'token') throw new Error(read.kind)
    expect(Object.entries(read.outputs.others).map(([name, value]) => [name, value.reveal()])).toEqual([
      ['id', '12345678901234567890'],
      ['price', '1.0'],
    ])
  })

  test('of plain text has a token where a template finds one', () => {
    const made = recipe({ ...BASE, response: { access_token: { template: '{{ response.body | trim }}' } } })
    expect(readTokenResponse(answer(' the-token\n'), made)).toMatchObject({ kind: 'token' })
    expect(readTokenResponse(answer(''), made)).toMatchObject({ kind: 'unreadable' })
  })

  test('gives its refresh token although a validation refuses it', () => {
    const made = recipe({
      ...BASE,
      response: { refresh_token: 'tokens.next' },
      validations: [{ name: 'v', actual: 'a', expected: 'b' }],
    })
    const given = answer('{"access_token":"t","tokens":{"next":"r2"}}')
    expect(readTokenResponse(given, made)).toMatchObject({ kind: 'unreadable', code: 'validation_failed' })
    expect(readRefreshToken(given, made)?.reveal()).toBe('r2')
  })

  test('is compared as text before it is matched', () => {
    const validations = [{ name: 'v', actual: { template: '{{ response.body.v | raw }}' }, expected: 'a+b' }]
    const matched: string[] = []
    const matches = (text: string) => matched.push(text) > 0
    const made = recipe({ ...BASE, validations })
    readTokenResponse(answer('{"access_token":"t","v":"a+b"}'), made, { ...NO_CONTEXT, matches })
    expect(matched).toEqual([])
    expect(
      readTokenResponse(answer('{"access_token":"t","v":"aab"}'), made, { ...NO_CONTEXT, matches }).kind,
    ).toBe('token')
    expect(matched).toEqual(['aab'])
  })

  test('is judged, whatever it is', () => {
    const made = recipe({
      ...BASE,
      response: {
        access_token: { template: '{{ response.body.a.b | raw }}' },
        error: { template: '{% if response.body.e %}bad{% endif %}' },
      },
      validations: [{ name: 'v', actual: { template: '{{ response.body is empty }}' }, expected: 'false' }],
    })
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.string()), fc.integer({ min: 100, max: 599 }), (body, status) => {
        const { kind } = readTokenResponse({ ...answer(body), status }, made)
        return ['token', 'refused', 'unavailable', 'unreadable', 'awaiting'].includes(kind)
      }),
      { numRuns: 500 },
    )
  })
})

describe('the secrets of a recipe', () => {
  test('are those of its fields, and of its grant where the grant makes a request', () => {
    const fields = [
      { name: 'clientSecret', secret: true },
      { name: 'pin', secret: true },
    ]
    expect(secretNeeds(recipe({ ...BASE, fields }))).toEqual({
      required: ['clientSecret'],
      optional: ['pin'],
    })
    expect(secretNeeds(recipe({ ...BASE, token_request: { body: 'x' } }))).toEqual({
      required: [],
      optional: ['client_secret'],
    })
    const standard = recipe({ ...BASE, token_request: { body: 'x' }, refresh_request: 'standard' })
    expect(secretNeeds(standard)).toEqual({ required: ['client_secret'], optional: [] })
  })
})
