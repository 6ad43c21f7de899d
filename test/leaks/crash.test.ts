import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { awaitUntil } from '../await-until.ts'
import { endBrokerProcesses, failToStart, startBrokerProcess, temporaryFolder } from '../broker.ts'
import { Canaries } from '../canary.ts'
import { countingTokens, type Provider, refreshing, startProvider } from '../provider.ts'
import { findInFiles, findInProcess } from './sinks.ts'

let provider: Provider
beforeAll(async () => {
  provider = await startProvider(countingTokens({ expires_in: 3600 }))
})
afterAll(async () => {
  endBrokerProcesses()
  await provider?.close()
})

/** Code that runs inside the broker before it, as a fault of ours would. */
const inside = (code: string): string => `--import=data:text/javascript,${encodeURIComponent(code)}`

/** A broker with secrets in its environment and in use. */
async function startPlanted(canaries: Canaries, ...nodeOptions: string[]) {
  const dataDir = await temporaryFolder()
  const reports = join(dataDir, 'reports')
  await mkdir(reports)
  const node = await startBrokerProcess(dataDir, {
    BURSAR_ADMIN_KEY: canaries.add('admin key', 'bsr_admin_crash0123456789abcdef'),
    BURSAR_LOG_LEVEL: 'debug',
    REFERENCED: canaries.plant('environment'),
    NODE_OPTIONS: [`--report-directory=${reports}`, ...nodeOptions].join(' '),
  })
  await node.api.create(refreshing(provider, 'held', canaries.plant('refresh token')))
  await node.api.token('held')
  return { node, dataDir, reports }
}

const reportIn = async (folder: string) => (await readdir(folder)).find((name) => name.endsWith('.json'))

describe('a diagnostic report', () => {
  test('on a signal has neither the environment nor a secret', async () => {
    const canaries = new Canaries()
    const { node, dataDir, reports } = await startPlanted(canaries, '--report-on-signal')
    process.kill(node.pid, 'SIGUSR2')
    const name = await awaitUntil('there is a report', () => reportIn(reports))
    const text = await awaitUntil('the report is whole', async () => {
      const read = await readFile(join(reports, name), 'utf8')
      return read.trimEnd().endsWith('}') ? read : null
    })
    expect(JSON.parse(text)).not.toHaveProperty('environmentVariables')
    expect(await findInFiles(dataDir, canaries)).toEqual([])
    await node.end('SIGTERM')
  })

  test('of an uncaught error has no secret', async () => {
    const canaries = new Canaries()
    const fault = `process.on('SIGUSR1', () => { const e = new Error('at ' + process.env.REFERENCED + '\\n    at ' + process.env.REFERENCED, { cause: new Error(process.env.REFERENCED) }); e.sql = process.env.REFERENCED; throw e })`
    const { node, dataDir } = await startPlanted(canaries, '--report-uncaught-exception', inside(fault))
    process.kill(node.pid, 'SIGUSR1')
    // A signal that changes nothing: it ends by itself.
    expect(await node.end('SIGCONT')).toBe(1)
    expect(node.stdout()).toContain('"event":"crashed"')
    expect(await findInProcess(node, canaries)).toEqual([])
    expect(await findInFiles(dataDir, canaries)).toEqual([])
  })
})

describe('an error that nobody caught', () => {
  test.each([
    ['thrown', (value: string) => `throw ${value}`],
    ['rejected', (value: string) => `Promise.reject(${value})`],
  ])('and was %s is logged by its name and place, and ends the process', async (_what, raise) => {
    for (const value of [
      'Object.assign(new TypeError(process.env.REFERENCED), { cause: { secret: process.env.REFERENCED } })',
      'process.env.REFERENCED',
    ]) {
      const canaries = new Canaries()
      const code = `process.on('SIGUSR1', () => { ${raise(value)} })`
      const { node } = await startPlanted(canaries, inside(code))
      process.kill(node.pid, 'SIGUSR1')
      expect(await node.end('SIGCONT')).toBe(1)
      expect(node.stdout()).toContain('"event":"crashed"')
      expect(await findInProcess(node, canaries)).toEqual([])
    }
  })
})

describe('a broker that can not start', () => {
  const canaries = new Canaries()
  const plant = (place: string) => canaries.plant(place)
  const settings: ReadonlyArray<[what: string, env: () => Record<string, string>]> = [
    [
      'for its database is not there',
      () => ({ BURSAR_DATABASE_URL: `postgres://me:${encodeURIComponent(plant('database'))}@127.0.0.1:9/x` }),
    ],
    ['for its database has no URL', () => ({ BURSAR_DATABASE_URL: `me:${plant('no URL')}@127.0.0.1` })],
    [
      'for its database has a broken URL',
      () => ({ BURSAR_DATABASE_URL: `postgres://me:${plant('broken')}@[::/x` }),
    ],
    ['for its admin key is none', () => ({ BURSAR_ADMIN_KEY: `a ${plant('admin key')}` })],
    ['for its key ring is not JSON', () => ({ BURSAR_KEYRING: 'env:RING', RING: plant('ring') })],
    [
      'for its key ring is another thing',
      () => ({
        BURSAR_KEYRING: 'env:RING',
        RING: JSON.stringify({ keys: [{ id: 'a', key: plant('key') }] }),
      }),
    ],
    [
      'for its key ring was named by its content',
      () => ({ BURSAR_KEYRING: `{"keys":"${plant('ring itself')}"}` }),
    ],
  ]
  test.each(settings)('%s says why without the value', async (_what, env) => {
    const { code, output } = await failToStart(await temporaryFolder(), env())
    expect(code).toBeGreaterThan(0)
    expect(output).toMatch(/"event":"start_failed"|settings.invalid/)
    expect(canaries.findIn(output)).toEqual([])
  })

  test('for its certificates are a private key says why without the value', async () => {
    const folder = await temporaryFolder()
    const file = join(folder, 'ca.pem')
    await writeFile(file, `-----BEGIN PRIVATE KEY-----\n${plant('private key')}\n-----END PRIVATE KEY-----\n`)
    const { code, output } = await failToStart(folder, { BURSAR_OUTBOUND_CA: file })
    expect(code).toBeGreaterThan(0)
    expect(canaries.findIn(output)).toEqual([])
  })
})
