import { expect, test } from 'vitest'
import { DELEGATE_MODULES } from '../../src/rule-engine/delegate-modules.ts'
import type { TurbineCall } from '../../src/rule-engine/turbine.ts'
import { COMPARED, EVENT, OPERATORS, PATHS, PATTERNS } from './core-edge-cases.ts'
import recorded from './fixtures/core-edge.json' with { type: 'json' }

// What the modules of Adobe's own core extension answered: made by record-core-edge.ts, never by hand.

function call(delegate: string, settings: unknown, utils: object = {}): unknown {
  const tools = { getSettings: () => settings, ...utils }
  const whole = { arc: { event: EVENT, ruleStash: {} }, utils: tools }
  return DELEGATE_MODULES[delegate]!(whole as unknown as TurbineCall)
}

test.each(OPERATORS)('the operator %s says what the core extension of Adobe says', (operator) => {
  const isPattern = /Regex/.test(operator)
  const rights: readonly unknown[] = isPattern ? PATTERNS : COMPARED
  const wrong: unknown[] = []
  let at = 0
  for (const caseInsensitive of [false, true]) {
    for (const leftOperand of COMPARED) {
      for (const rightOperand of rights) {
        const settings = { leftOperand, comparison: { operator, caseInsensitive }, rightOperand }
        const expected = recorded.comparisons[operator][at] === '1'
        at += 1
        if (call('core::conditions::value-comparison', settings) !== expected) wrong.push(settings)
      }
    }
  }
  expect(at).toBe(recorded.comparisons[operator].length)
  expect(wrong).toEqual([])
})

test('a path finds what the core extension of Adobe finds', () => {
  const found = Object.fromEntries(PATHS.map((path) => [path, call('core::dataElements::path', { path })]))
  expect(found).toEqual(recorded.paths)
})

test('a path sees what the data has, never what JavaScript adds to it', () => {
  for (const path of [
    'arc.constructor',
    'arc.event.__proto__',
    'arc.event.xdm.text.constructor.constructor',
  ]) {
    expect(call('core::dataElements::path', { path })).toBeNull()
  }
})

test('the address of the client is found as the core extension of Adobe finds it', () => {
  expect(call('core::dataElements::ip', {})).toBe(recorded.ip)
})

test('a secret, a missing stage and a missing artifact are answered in the words of the core extension', () => {
  const staging = { id: 'SE1', name: 'crm' }
  const said = (secrets: object, env: object): unknown => {
    const utils = {
      getBuildInfo: () => ({ environment: 'staging' }),
      getComponent: () => ({ id: 'DE1', name: 'token' }),
      getEnv: () => env,
    }
    try {
      return call('core::dataElements::secret', { secrets }, utils)
    } catch (error) {
      return { error: (error as Error).message }
    }
  }
  expect({
    present: said({ staging }, { SE1: 'artifact' }),
    noStage: said({ development: staging }, { SE1: 'artifact' }),
    noValue: said({ staging }, {}),
  }).toEqual(recorded.secret)
})
