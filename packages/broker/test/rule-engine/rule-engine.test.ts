import { createRequire } from 'node:module'
import { parseDestinationRule } from '@bursar/domain/destination-rule.ts'
import type { BuildArtifact, BuiltAction, BuiltElement } from '@bursar/domain/reactor/build-artifact.ts'
import { expect, test } from 'vitest'
import { createRuleEngine, ModuleFailure, type RuleRequest } from '../../src/rule-engine/rule-engine.ts'
import type { RuleResult, Turbine, TurbineContainer } from '../../src/rule-engine/turbine.ts'

const AT_MS = 1_767_225_600_000
const engine = createRuleEngine({ unixMs: () => AT_MS })

const element = (name: string, delegate: string, settings: object, more: object = {}): BuiltElement => ({
  id: `DE-${name}`,
  name,
  delegate: `core::dataElements::${delegate}`,
  settings: settings as Record<string, unknown>,
  defaultValue: null,
  cleanText: false,
  forceLowerCase: false,
  ...more,
})

const send = (id: string, settings: object): BuiltAction => ({
  id,
  name: `action ${id}`,
  delegate: 'adobe-cloud-connector::actions::send-data',
  settings: { method: 'POST', url: 'https://api.example.com/in', ...settings },
  secrets: [],
})

const TOKEN = element('token', 'secret', { secrets: { development: { id: 'SE1', name: 'crm' } } })

function build(
  rules: Array<{ conditions?: object[]; actions: BuiltAction[] }>,
  elements: readonly BuiltElement[] = [TOKEN],
): BuildArtifact {
  return {
    buildId: 'BL1',
    environmentId: 'EN1',
    stage: 'development',
    elements,
    rules: rules.map(({ conditions = [], actions }, index) => ({
      id: `RL${index + 1}`,
      name: `rule ${index + 1}`,
      conditions: conditions.map((settings, at) => ({
        id: `RC${at}`,
        name: 'condition',
        delegate: 'core::conditions::value-comparison',
        settings: settings as Record<string, unknown>,
        negate: false,
      })),
      actions,
    })),
    secrets: [{ id: 'SE1', name: 'crm', element: 'token', destinations: [] }],
  }
}

const rule = (url: string) => {
  const parsed = parseDestinationRule(url)
  if ('problem' in parsed) throw new Error(parsed.problem.detail)
  return parsed.rule
}

interface Ran {
  results: RuleResult[]
  sent: RuleRequest[]
  /** Every message, one after another. */
  text: string
}

/** Every case runs without logs too, where the engine has to come to the same and to send the same. */
async function run(
  artifact: BuildArtifact,
  event: unknown,
  { secret = 'artifact-of-the-crm', answer = '{"ok":true}' as string | Error } = {},
): Promise<Ran> {
  const loaded = engine.load(artifact)
  const destinations = [rule('https://api.example.com/in')]
  const secrets = new Map([['SE1', { artifact: secret, destinations }]])
  const go = async (logs: boolean) => {
    const sent: RuleRequest[] = []
    const results = await loaded.run({
      event,
      secrets,
      headers: { 'cdn-loop': 'bursar' },
      logs,
      async send(request) {
        sent.push(request)
        if (answer instanceof Error) throw answer
        return { status: 200, body: answer }
      },
    })
    return { results, sent }
  }
  const { results, sent } = await go(true)
  const brief = results.map(({ ruleId, status }) => ({ ruleId, status, logs: [] }))
  expect(await go(false)).toEqual({ results: brief, sent })
  const text = results.flatMap(({ logs }) => logs.flatMap(({ messages }) => messages)).join('\n')
  return { results, sent, text }
}

const statuses = ({ results }: Ran) => results.map(({ status }) => status)

test('{{name}} of a secret data element becomes the artifact', async () => {
  const headers = [{ key: 'Authorization', value: 'Bearer {{token}}' }]
  const ran = await run(build([{ actions: [send('RC1', { headers })] }]), { xdm: {} })
  expect(statuses(ran)).toEqual(['success'])
  expect(ran.sent).toEqual([
    {
      component: 'RC1',
      url: 'https://api.example.com/in',
      method: 'POST',
      headers: { authorization: 'Bearer artifact-of-the-crm', 'cdn-loop': 'bursar' },
      body: null,
    },
  ])
})

test('a missing stage and a missing artifact are two distinct errors', async () => {
  const staging = element('token', 'secret', { secrets: { staging: { id: 'SE1', name: 'crm' } } })
  const action = send('RC1', { headers: [{ key: 'a', value: '{{token}}' }] })
  const noStage = await run(build([{ actions: [action] }], [staging]), {})
  expect(statuses(noStage)).toEqual(['failed'])
  expect(noStage.text).toContain(
    'Failed to execute "Make Fetch Call". Failed to execute module for data element "token". ' +
      'The data element "token" does not have a secret configured for the "development" environment.',
  )
  const noValue = await run(build([{ actions: [action] }]), {}, { secret: '' })
  expect(noValue.text).toContain(
    'Failed to execute module for data element "token". Could not find the secret "crm" on the "development" ' +
      'environment. The secret "crm" is configured inside the data element "token".',
  )
  expect([...noStage.sent, ...noValue.sent]).toEqual([])
})

test.each([
  ['12345678', '*****'],
  ['123456789', '*****6789'],
  ['a+b/c==', '*****'],
  ['p(a)ss$wo[r]d', '*****[r]d'],
  ['quote"back\\slash', '*****lash'],
])('logs show %s as %s wherever it stands', async (secret, masked) => {
  const actions = [
    send('RC1', {
      url: 'https://api.example.com/in?key={{token}}',
      headers: [{ key: 'authorization', value: 'Bearer {{token}}' }],
      body: { nested: { token: '{{token}}', text: 'is {{token}}!' } },
      responseKey: 'echo',
    }),
    send('RC2', { body: '{{echo}}' }),
  ]
  const echo = element('echo', 'path', { path: 'arc.ruleStash.adobe-cloud-connector.responses.echo' })
  const answer = JSON.stringify({ said: secret })
  const ran = await run(build([{ actions }], [TOKEN, echo]), {}, { secret, answer })
  expect(statuses(ran)).toEqual(['success'])
  expect(ran.sent[1]!.body).toBe(answer)
  expect(JSON.stringify(ran.results)).not.toContain(secret)
  expect(JSON.stringify(ran.results)).not.toContain(JSON.stringify(secret).slice(1, -1))
  expect(ran.text).toContain(`The "token" data element value is "${masked}"`)
})

test('logs mask a secret as its data element cleans it and writes it small', async () => {
  const secret = ' Artifact-Of  the\nCRM '
  const TOKENS = [
    element('token', 'secret', TOKEN.settings, { cleanText: true }),
    element('small', 'secret', TOKEN.settings, { forceLowerCase: true }),
    element('both', 'secret', TOKEN.settings, { cleanText: true, forceLowerCase: true }),
  ]
  const actions = [send('RC1', { body: { token: '{{token}}', small: '{{small}}', both: '{{both}}' } })]
  const ran = await run(build([{ actions }], TOKENS), {}, { secret })
  expect(JSON.parse(ran.sent[0]!.body!)).toEqual({
    token: 'Artifact-Of the CRM',
    small: ' artifact-of  the\ncrm ',
    both: 'artifact-of the crm',
  })
  expect(JSON.stringify(ran.results)).not.toMatch(/artifact-of/i)
})

test('without secrets nothing is masked', async () => {
  const ran = await run(build([{ actions: [send('RC1', { body: 'plain' })] }], []), { a: 1 }, { secret: '' })
  expect(ran.text).not.toContain('*')
})

test('[[key]] in a header is replaced for the URLs of the secret, and for no other', async () => {
  const at = (url: string) => send(url, { url, headers: [{ key: 'x-key', value: 'k [[TOKEN]]' }] })
  const urls = [
    'https://api.example.com/in',
    'https://api.example.com:443/in?a=1',
    'https://api.example.com/inside',
    'https://api.example.com/other',
    'https://api.example.com.evil.test/in',
    'https://evil.test/?https://api.example.com/in',
    'https://api.example.com:443@evil.test/in',
    'http://api.example.com/in',
  ]
  const ran = await run(build([{ actions: urls.map(at) }]), {}, { secret: 'p$&wo$1rd-9' })
  expect(ran.sent.map(({ headers }) => headers['x-key'])).toEqual([
    'k p$&wo$1rd-9',
    'k p$&wo$1rd-9',
    ...Array(6).fill('k [[TOKEN]]'),
  ])
})

test('a value keeps its type where it stands alone, and is written out within text', async () => {
  const elements = [
    element('order', 'path', { path: 'arc.event.order' }),
    element('none', 'path', { path: 'arc.event.none' }),
    element('city', 'constant', { value: ' Old \n Town ' }, { cleanText: true, forceLowerCase: true }),
    element('rest', 'path', { path: 'arc.event.none' }, { defaultValue: 'usual' }),
  ]
  const body = {
    order: '{{order}}',
    text: 'order {{order}}{{none}} to {{city}}',
    none: '{{none}}',
    list: [1, '{{rest}}'],
    __proto__x: '{{city}}',
  }
  const ran = await run(build([{ actions: [send('RC1', { body })] }], elements), { order: { id: 7 } })
  expect(JSON.parse(ran.sent[0]!.body!)).toEqual({
    order: { id: 7 },
    text: 'order {"id":7} to old town',
    none: null,
    list: [1, 'usual'],
    __proto__x: 'old town',
  })
  expect(ran.sent[0]!.headers['content-type']).toBe('application/json')
})

test('a member called __proto__ stays a member', async () => {
  const settings = JSON.parse('{"body":{"__proto__":{"x":"{{city}}"}}}') as object
  const elements = [element('city', 'constant', { value: 'here' })]
  const ran = await run(build([{ actions: [send('RC1', settings)] }], elements), {})
  expect(ran.sent[0]!.body).toBe('{"__proto__":{"x":"here"}}')
})

test('a rule ends where a condition is not met, and other rules go on', async () => {
  const kind = element('kind', 'path', { path: 'arc.event.kind' })
  const only = (value: string) => ({
    leftOperand: '{{kind}}',
    comparison: { operator: 'equals' },
    rightOperand: value,
  })
  const rules = [
    { conditions: [only('sale')], actions: [send('RC1', {})] },
    { conditions: [only('sale'), only('visit')], actions: [send('RC2', {})] },
    { conditions: [only('{{unknown}}')], actions: [send('RC3', {})] },
  ]
  const ran = await run(build(rules, [kind]), { kind: 'sale' })
  expect(statuses(ran)).toEqual(['success', 'condition_not_met', 'failed'])
  expect(ran.sent.map(({ component }) => component)).toEqual(['RC1'])
  expect(ran.text).toContain('Data element definition for "unknown" was not found.')
})

test('an expression that takes other engines ages ends at once', async () => {
  const text = element('text', 'path', { path: 'arc.event.text' })
  const evil = { leftOperand: '{{text}}', comparison: { operator: 'matchesRegex' }, rightOperand: '^(a+)+$' }
  const ran = await run(build([{ conditions: [evil], actions: [] }], [text]), {
    text: `${'a'.repeat(50_000)}!`,
  })
  expect(statuses(ran)).toEqual(['condition_not_met'])
})

test('what keeps a request from being sent fails the rule, and no log shows where our files lie', async () => {
  const rules = [{ actions: [send('RC1', {}), send('RC2', {})] }, { actions: [] }]
  const refused = new ModuleFailure('No destination rule allows this request.')
  const ran = await run(build(rules), {}, { answer: refused })
  expect(statuses(ran)).toEqual(['failed', 'success'])
  expect(ran.sent).toHaveLength(1)
  expect(ran.text).toContain('Failed to execute "Make Fetch Call". No destination rule allows this request.')
  const long = element('long', 'constant', { value: 'x'.repeat(1_048_576) })
  const pattern = { leftOperand: '{{long}}', comparison: { operator: 'matchesRegex' }, rightOperand: '(' }
  const faulty = await run(
    build(
      [{ actions: [send('RC1', { body: '{{long}}!' })] }, { conditions: [pattern], actions: [] }],
      [long],
    ),
    {},
  )
  expect(statuses(faulty)).toEqual(['failed', 'failed'])
  expect(`${ran.text}${faulty.text}`).not.toMatch(/\.ts\b|\.js\b|node_modules/)
})

test('builds do not see each other', async () => {
  const one = engine.load(
    build(
      [{ actions: [send('RC1', { body: '{{word}}' })] }],
      [element('word', 'constant', { value: 'one' })],
    ),
  )
  const two = engine.load(
    build(
      [{ actions: [send('RC1', { body: '{{word}}' })] }],
      [element('word', 'constant', { value: 'two' })],
    ),
  )
  const bodies: Array<string | null> = []
  const go = (loaded: typeof one) =>
    loaded.run({
      event: {},
      secrets: new Map(),
      headers: {},
      logs: false,
      send: async ({ body }) => {
        bodies.push(body)
        return { status: 200, body: '' }
      },
    })
  await Promise.all([go(one), go(two), go(one), go(two)])
  expect(bodies.toSorted()).toEqual(['one', 'one', 'two', 'two'])
})

test('logs carry the time of our clock', async () => {
  const { results } = await run(build([{ actions: [send('RC1', {})] }]), {})
  expect(new Set(results[0]!.logs.map(({ timestampMs }) => timestampMs))).toEqual(new Set([AT_MS]))
})

test('in our frame the engine says what it says alone', async () => {
  const require = createRequire(import.meta.url)
  const alone = require('@adobe/reactor-turbine-edge') as Turbine
  const kind = element('kind', 'path', { path: 'arc.event.kind' })
  const met = { leftOperand: '{{kind}}', comparison: { operator: 'equals' }, rightOperand: 'sale' }
  const rules = [
    { conditions: [met], actions: [send('RC1', { body: { k: '{{kind}}' }, responseKey: 'a' })] },
    { conditions: [{ ...met, rightOperand: 'visit' }], actions: [send('RC2', {})] },
  ]
  const framed = await run(build(rules, [kind]), { kind: 'sale' }, { answer: '{"n":1}' })

  const elementModule = { extensionName: 'core', displayName: 'Path' }
  const container: TurbineContainer = {
    buildInfo: { environment: 'development' },
    getLogSensitiveTokens: () => ['(?!)'],
    getHeaderOverrides: () => [],
    extensions: {
      core: { displayName: 'Core' },
      'adobe-cloud-connector': { displayName: 'Adobe Cloud Connector' },
    },
    modules: {
      path: { ...elementModule, script: ({ arc }) => (arc.event as { kind: string }).kind },
      compare: {
        ...elementModule,
        displayName: 'Value Comparison',
        script: ({ utils }) => {
          const { leftOperand, rightOperand } = utils.getSettings() as typeof met
          return leftOperand === rightOperand
        },
      },
      send: {
        extensionName: 'adobe-cloud-connector',
        displayName: 'Make Fetch Call',
        async script({ utils }) {
          const { url, body } = utils.getSettings() as { url: string; body?: object }
          const headers: Record<string, string> = body ? { 'content-type': 'application/json' } : {}
          const answer = await utils.fetch(url, {
            method: 'POST',
            headers,
            ...(body && { body: JSON.stringify(body) }),
          })
          return { responses: { a: await answer.text() } }
        },
      },
    },
    dataElements: {
      kind: { id: 'DE-kind', name: 'kind', modulePath: 'path', getSettings: async () => ({}) },
    },
    rules: [],
  }
  const execute = alone.initialize(
    (getElementValues) => ({
      ...container,
      rules: rules.map(({ conditions, actions }, index) => ({
        id: `RL${index + 1}`,
        name: `rule ${index + 1}`,
        conditions: conditions.map((settings, at) => ({
          id: `RC${at}`,
          name: 'condition',
          modulePath: 'compare',
          negate: false,
          getSettings: async (context) => {
            const get = await getElementValues(['kind'], context)
            return { ...settings, leftOperand: get('kind') }
          },
        })),
        actions: actions.map(({ id, name, settings }) => ({
          id,
          name,
          modulePath: 'send',
          getSettings: async (context) => {
            const get = await getElementValues(settings.body ? ['kind'] : [], context)
            return { ...settings, ...(settings.body ? { body: { k: get('kind') } } : {}) }
          },
        })),
      })),
    }),
    { fetch: async () => new Response('{"n":1}') as never },
  )
  const said = await execute(
    { event: { kind: 'sale' } },
    {},
    { headersForSubrequests: { 'cdn-loop': 'bursar' } },
  )
  const timeless = (results: RuleResult[]) =>
    results.map((result) => ({ ...result, logs: result.logs.map((line) => ({ ...line, timestampMs: 0 })) }))
  expect(timeless(framed.results)).toEqual(timeless(said))
})
