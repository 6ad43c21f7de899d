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

/** The workers that answered. */
async function askedWorkers(url: string): Promise<Set<string>> {
  const answers = await Promise.all(Array.from({ length: 8 }, () => ask(url, '/metrics')))
  return new Set(answers.map(({ text }) => /^bursar_worker (\d+)$/m.exec(text)![1]!))
}

test('workers share one port, one database and what was changed, and end together', async () => {
  const provider = await startProvider()
  const node = await startBrokerProcess(await temporaryFolder(), { BURSAR_WORKERS: '2' })
  await awaitUntil('both answer', async () => (await askedWorkers(node.url)).size === 2)
  const made = await node.api.create(clientCredentials(provider, 'crm'))
  expect([made.status, made.body.status]).toEqual([201, 'active'])

  const path = '/v1/credentials/crm/token'
  const reads = await Promise.all(Array.from({ length: 8 }, () => ask(node.url, path)))
  expect(new Set(reads.map(({ status }) => status))).toEqual(new Set([200]))
  expect(new Set(reads.map(({ text }) => text)).size).toBe(1)

  expect((await ask(node.url, path)).status).toBe(200)
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
  await awaitUntil('both answer', async () => (await askedWorkers(node.url)).size === 2)
  const before = await workersOf(node.pid)
  expect(before).toHaveLength(2)
  process.kill(before[1]!, 'SIGKILL')
  await awaitUntil('another one is there', async () => {
    const now = await workersOf(node.pid)
    return now.length === 2 && !now.includes(before[1]!)
  })
  await awaitUntil('and answers', async () => {
    const asked = await askedWorkers(node.url).catch(() => new Set())
    return asked.size === 2
  })
  expect(node.stdout()).toContain('"event":"worker_ended"')
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
