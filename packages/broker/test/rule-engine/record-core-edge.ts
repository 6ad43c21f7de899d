/**
 * Records what the modules of Adobe's core extension answer, for `core-edge.test.ts` to compare with:
 *
 *     npm pack @adobe/reactor-extension-core-edge@1.4.0 && tar xzf adobe-reactor-extension-core-edge-1.4.0.tgz
 *     node packages/broker/test/rule-engine/record-core-edge.ts package
 *
 * It is no dependency, since it would bring the whole of its settings forms along.
 */
import { writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import { COMPARED, EVENT, OPERATORS, PATHS, PATTERNS } from './core-edge-cases.ts'

const folder = resolve(process.argv[2]!)
const require = createRequire(join(folder, 'package.json'))
type Module = (call: object) => unknown
const load = (path: string) => require(join(folder, 'src/lib', path)) as Module

const compare = load('conditions/valueComparison.js')
const path = load('dataElements/path.js')
const ip = load('dataElements/ip.js')
const secret = load('dataElements/secret.js')

const call = (module: Module, settings: unknown, more: object = {}) =>
  module({ arc: { event: EVENT, ruleStash: {} }, utils: { getSettings: () => settings, ...more } })

const comparisons: Record<string, string> = {}
for (const operator of OPERATORS) {
  const rights = /Regex/.test(operator) ? PATTERNS : COMPARED
  let bits = ''
  for (const caseInsensitive of [false, true]) {
    for (const leftOperand of COMPARED) {
      for (const rightOperand of rights) {
        bits += call(compare, { leftOperand, comparison: { operator, caseInsensitive }, rightOperand })
          ? 1
          : 0
      }
    }
  }
  comparisons[operator] = bits
}

const said = (secrets: object, env: object) => {
  try {
    const utils = {
      getBuildInfo: () => ({ environment: 'staging' }),
      getComponent: () => ({ id: 'DE1', name: 'token' }),
      getEnv: () => env,
    }
    return call(secret, { secrets }, utils)
  } catch (error) {
    return { error: (error as Error).message }
  }
}
const staging = { id: 'SE1', name: 'crm' }
const recorded = {
  version: (require('./package.json') as { version: string }).version,
  comparisons,
  paths: Object.fromEntries(PATHS.map((one) => [one, call(path, { path: one })])),
  ip: call(ip, {}),
  secret: {
    present: said({ staging }, { SE1: 'artifact' }),
    noStage: said({ development: staging }, { SE1: 'artifact' }),
    noValue: said({ staging }, {}),
  },
}
writeFileSync(join(import.meta.dirname, 'fixtures/core-edge.json'), `${JSON.stringify(recorded, null, 2)}\n`)
