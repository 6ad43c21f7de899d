import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startBroker, startProvider } from './server.ts'

const provider = await startProvider()
const { bursar } = await startBroker()
const destination = createServer((_request, response) => response.end('here'))
afterAll(() => {
  destination.closeAllConnections()
  destination.close()
})
let url = ''

beforeAll(async () => {
  await new Promise<void>((resolve) => destination.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(destination.address() as AddressInfo).port}/`
  const made = await bursar(
    [
      ...['credential', 'create', 'crm', '--grant', 'client_credentials', '--client-id', 'x'],
      ...['--token-url', `${provider}/token`, '--secret', 'client_secret=env:CRM'],
      ...['--destination', url],
    ],
    { env: { CRM: 'canary' } },
  )
  expect(made).toMatchObject({ code: 0 })
})

describe('bench', () => {
  test('measures reads and the proxy, within its bounds', async () => {
    const { code, stdout, stderr } = await bursar([
      'bench',
      'crm',
      '--destination',
      url,
      '--requests',
      '200',
      '--json',
    ])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const measured = JSON.parse(stdout) as Array<Record<string, unknown>>
    expect(measured.map(({ what, requests, failures }) => [what, requests, failures])).toEqual([
      ['token read', 200, 0],
      ['through the proxy', 200, 0],
    ])
  })

  test('a table for people', async () => {
    const { code, stdout } = await bursar(['bench', 'crm', '--requests', '50'])
    expect(code).toBe(0)
    expect(stdout).toMatch(/^WHAT .*PER SECOND/)
    expect(stdout).toMatch(/^token read +50 +0 /m)
  })

  test('says what failed', async () => {
    const refused = new URL(url)
    refused.port = '9'
    const args = ['bench', 'crm', '--destination', refused.href, '--requests', '20', '--json']
    const { stdout } = await bursar(args)
    const [, proxied] = JSON.parse(stdout) as Array<{ requests: number; first_failure: string }>
    expect(proxied).toMatchObject({ requests: 0, first_failure: 'status 403' })
  })

  test('measures nothing where no token is to be had', async () => {
    const { code, stdout, stderr } = await bursar(['bench', 'nobody', '--requests', '20'])
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' })
    expect(stderr).toContain('There is no credential named "nobody".')
  })

  test.each([
    ['another server', ['bench', 'crm', '--url', 'https://bursar.example.com']],
    ['another destination', ['bench', 'crm', '--destination', 'https://api.example.com/']],
    ['a number that is none', ['bench', 'crm', '--seconds', '0']],
    ['a destination that is none', ['bench', 'crm', '--destination', 'ftp://127.0.0.1/']],
  ])('refuses %s', async (_what, args) => {
    const { code, stdout } = await bursar(args)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  })
})
