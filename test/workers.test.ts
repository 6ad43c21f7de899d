import { readFile } from 'node:fs/promises'
import { get } from 'node:http'
import { afterAll, expect, test } from 'vitest'
import { awaitUntil } from './await-until.ts'
import { ADMIN_KEY, endBrokerProcesses, failToStart, startBrokerProcess, temporaryFolder } from './broker.ts'
import { clientCredentials, startProvider } from './provider.ts'

afterAll(endBrokerProcesses)

/** On a connection of its own, so that any worker may take it. */
function ask(url: string, path: string): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const headers = { Authorization: `Bearer ${ADMIN_KEY}` }
    get(url + path, { headers, agent: false }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk
      })
      response.on('end', () => resolve({ status: response.statusCode!, text }))
    }).on('error', reject)
  })
}

/** A figure of `/metrics` by worker, whichever of them answers. */
async function figures(url: string, name: string): Promise<Record<string, number>> {
  const { text } = await ask(url, '/metrics')
  const lines = text.matchAll(new RegExp(`^${name}\\{(?:.*,)?worker="(\\d+)"\\} (\\d+)$`, 'gm'))
  return Object.fromEntries([...lines].map(([, worker, value]) => [worker!, Number(value)]))
}

const listed = async (url: string) => Object.keys(await figures(url, 'bursar_spooled_outcomes'))

/** One that is too slow to say what it has counted is left out of an answer. */
const figuresOfBoth = (url: string, name: string) =>
  awaitUntil('both tell', async () => {
    const told = await figures(url, name)
    return Object.keys(told).length === 2 && told
  })

test('workers share one port, one database and what was changed, and end together', async () => {
  const provider = await startProvider()
  const node = await startBrokerProcess(await temporaryFolder(), { BURSAR_WORKERS: '2' })
  const made = await node.api.create(clientCredentials(provider, 'crm'))
  expect([made.status, made.body.status]).toEqual([201, 'active'])

  const path = '/v1/credentials/crm/token'
  const reads = await Promise.all(Array.from({ length: 8 }, () => ask(node.url, path)))
  expect(new Set(reads.map(({ status }) => status))).toEqual(new Set([200]))
  expect(new Set(reads.map(({ text }) => text)).size).toBe(1)
  const served = await figuresOfBoth(node.url, 'bursar_tokens_served_total')
  expect(Object.keys(served)).toEqual(['1', '2'])
  expect(Object.values(served).reduce((sum, each) => sum + each)).toBe(reads.length)
  // Whoever is asked tells the same.
  for (let i = 0; i < 4; i += 1)
    expect(await figuresOfBoth(node.url, 'bursar_tokens_served_total')).toEqual(served)

  await node.api.call('DELETE', '/v1/credentials/crm')
  await awaitUntil('every worker knows that it is gone', async () => {
    const after = await Promise.all(Array.from({ length: 8 }, () => ask(node.url, path)))
    return after.every(({ status }) => status === 404)
  })
  expect(await node.end('SIGTERM')).toBe(0)
  expect(node.stdout().match(/"event":"listening"/g)).toHaveLength(1)
  await provider.close()
})

test('a worker that dies is replaced', async () => {
  const node = await startBrokerProcess(await temporaryFolder(), { BURSAR_WORKERS: '2' })
  const before = await workersOf(node.pid)
  expect(before).toHaveLength(2)
  process.kill(before[1]!, 'SIGKILL')
  await awaitUntil('another one is there', async () => {
    const now = await workersOf(node.pid)
    return now.length === 2 && !now.includes(before[1]!)
  })
  await awaitUntil('and answers', async () => (await listed(node.url)).length === 2)
  expect(node.stdout()).toContain('"event":"worker_ended"')
  expect(await node.end('SIGTERM')).toBe(0)
})

test('a worker that is frozen is left out of the figures, which are told all the same', async () => {
  const node = await startBrokerProcess(await temporaryFolder(), { BURSAR_WORKERS: '2' })
  const [, second] = await workersOf(node.pid)
  process.kill(second!, 'SIGSTOP')
  // Connections that the frozen one was given wait for it.
  const asked = Array.from({ length: 4 }, () => listed(node.url))
  expect(await Promise.any(asked)).toEqual(['1'])
  process.kill(second!, 'SIGCONT')
  await Promise.all(asked)
  await awaitUntil('it is back', async () => (await listed(node.url)).length === 2)
  expect(await node.end('SIGTERM')).toBe(0)
})

test('workers that can not start end the whole', async () => {
  const { code, output } = await failToStart(await temporaryFolder(), {
    BURSAR_WORKERS: '2',
    BURSAR_KEYRING: 'env:NOT_THERE',
  })
  expect(code).not.toBe(0)
  expect(output).toContain('NOT_THERE')
  expect(output).not.toContain('"event":"listening"')
})

async function workersOf(pid: number): Promise<number[]> {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')
  return children.trim().split(' ').map(Number)
}
