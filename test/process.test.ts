import { chmod, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { endBrokerProcesses, failToStart, printedKey, startBrokerProcess, temporaryFolder } from './broker.ts'
import { clientCredentials, startProvider } from './provider.ts'

afterAll(endBrokerProcesses)

const lines = (text: string) => text.split('\n').filter((line) => line !== '')

describe('serve', () => {
  test('prints the admin key at the first start only, keeps its data, and ends with 0', async () => {
    const provider = await startProvider()
    const dataDir = await temporaryFolder()
    const first = await startBrokerProcess(dataDir, { BURSAR_ADMIN_KEY: '' })
    const key = printedKey(first.stdout())
    expect(key).toMatch(/^bsr_/)
    for (const line of lines(first.stdout())) expect(JSON.parse(line)).toHaveProperty('event')
    expect((await first.api.create(clientCredentials(provider, 'kept'))).body.status).toBe('active')
    const token = (await first.api.token('kept')).body.access_token
    expect(await first.end('SIGTERM')).toBe(0)
    expect(first.stdout()).toContain('"event":"stopped"')

    const second = await startBrokerProcess(dataDir, { BURSAR_ADMIN_KEY: '' })
    expect(printedKey(second.stdout())).toBeUndefined()
    const served = await second.api.withKey(key!).token('kept')
    expect([served.status, served.body.access_token]).toEqual([200, token])
    expect(await second.end('SIGTERM')).toBe(0)

    const modes = await Promise.all(
      (await readdir(dataDir)).map(async (name) => [name, (await stat(join(dataDir, name))).mode & 0o077]),
    )
    expect(modes.filter(([name, mode]) => name === 'keyring.json' && mode !== 0)).toEqual([])
    await provider.close()
  })

  test('lets a request that is under way end before it stops', async () => {
    const provider = await startProvider()
    const node = await startBrokerProcess(await temporaryFolder())
    let ended: Promise<number | null> | undefined
    provider.behave(async () => {
      ended = node.end('SIGTERM')
      await new Promise((resolve) => setTimeout(resolve, 300))
      return { access_token: 'late', expires_in: 60 }
    })
    const made = await node.api.create(clientCredentials(provider, 'late'))
    expect([made.status, made.body.status]).toEqual([201, 'active'])
    expect(await ended).toBe(0)
    await provider.close()
  })

  test('with another key ring than the one the data were sealed with says so in one sentence', async () => {
    const provider = await startProvider()
    const dataDir = await temporaryFolder()
    const node = await startBrokerProcess(dataDir)
    await node.api.create(clientCredentials(provider, 'sealed'))
    await node.end('SIGTERM')
    const other = await startBrokerProcess(await temporaryFolder())
    await other.end('SIGTERM')
    await writeFile(join(dataDir, 'keyring.json'), await readFile(join(other.dataDir, 'keyring.json')))
    const { code, output } = await failToStart(dataDir)
    expect(code).not.toBe(0)
    expect(output).toContain('vault.wrong_key')
    expect(output).not.toMatch(/\n\s+at /)
    await provider.close()
  })

  test('refuses a key ring that others can read', async () => {
    const dataDir = await temporaryFolder()
    const node = await startBrokerProcess(dataDir)
    await node.end('SIGTERM')
    await chmod(join(dataDir, 'keyring.json'), 0o644)
    const { code, output } = await failToStart(dataDir)
    expect(code).not.toBe(0)
    expect(output).toContain('0644')
    expect(output).toContain('chmod 600')
  })

  test('names every wrong setting at once', async () => {
    const { code, output } = await failToStart(await temporaryFolder(), {
      BURSAR_PORT: 'http',
      BURSAR_DATABASE_URL: 'mysql://db',
      BURSAR_LEASE_SECONDS: '0',
    })
    expect(code).not.toBe(0)
    for (const name of ['BURSAR_PORT', 'BURSAR_DATABASE_URL', 'BURSAR_LEASE_SECONDS']) {
      expect(output).toContain(name)
    }
  })

  test('says when its port is taken', async () => {
    const node = await startBrokerProcess(await temporaryFolder())
    const { code, output } = await failToStart(await temporaryFolder(), {
      BURSAR_PORT: new URL(node.url).port,
    })
    expect(code).not.toBe(0)
    expect(output).toContain('EADDRINUSE')
    await node.end('SIGTERM')
  })

  test('answers health, readiness and metrics without a key', async () => {
    const node = await startBrokerProcess(await temporaryFolder())
    for (const path of ['/healthz', '/readyz', '/metrics', '/openapi.json']) {
      expect([path, (await fetch(node.url + path)).status]).toEqual([path, 200])
    }
    await node.end('SIGTERM')
  })
})
