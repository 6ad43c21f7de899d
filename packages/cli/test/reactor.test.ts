import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { startBroker } from './server.ts'

const { bursar } = await startBroker()

/** The id in the output of a command that shows one resource. */
const idIn = ({ stdout }: { stdout: string }): string => /^id +(\S+)$/m.exec(stdout)![1]!
const create = async (path: string, attributes: object) => {
  const made = await bursar(['reactor', 'create', path, '-f', '-'], { stdin: JSON.stringify(attributes) })
  expect(made).toMatchObject({ code: 0, stderr: '' })
  return made
}

test('a property, an environment and a secret are made, shown, listed, tried again and deleted', async () => {
  const company = JSON.parse((await bursar(['reactor', 'list', 'companies', '--json'])).stdout).data[0].id
  const property = idIn(await create(`companies/${company}/properties`, { name: 'Shop', platform: 'edge' }))
  const environment = idIn(await create(`properties/${property}/environments`, { name: 'dev' }))
  const secret = idIn(
    await create(`/properties/${property}/secrets`, {
      name: 'crm',
      type_of: 'token',
      credentials: { token: 'never-printed' },
      relationships: { environment },
    }),
  )
  const list = await bursar(['reactor', 'list', `/reactor/environments/${environment}/secrets`])
  expect(list.stdout).toMatch(new RegExp(`^${secret} +crm +token +\\w+`, 'm'))
  const renamed = await bursar(['reactor', 'update', `secrets/${secret}`, '-f', '-'], {
    stdin: '{"name":"crm 2"}',
  })
  expect(renamed.stdout).toMatch(/^name +crm 2$/m)
  const again = await bursar(['reactor', 'act', `secrets/${secret}`, 'retry'])
  expect(again.stdout).toMatch(/^status +(pending|succeeded)$/m)
  expect(renamed.stdout + again.stdout).not.toContain('never-printed')
  const refused = await bursar(['reactor', 'act', `secrets/${secret}`, 'test'])
  expect(refused.code).toBe(1)
  expect(refused.stderr).toContain('/data/meta/action')
  expect(await bursar(['reactor', 'delete', `secrets/${secret}`])).toMatchObject({ code: 0 })
  expect((await bursar(['reactor', 'get', `secrets/${secret}`])).code).toBe(3)
})

test('a secret that is tried while its provider is away ends with 6', async () => {
  const provider = createServer((_request, response) =>
    response
      .writeHead(200, { 'Content-Type': 'application/json' })
      .end('{"access_token":"a-token-of-the-provider","expires_in":86400}'),
  )
  await new Promise<void>((resolve) => provider.listen(0, '127.0.0.1', resolve))
  const company = JSON.parse((await bursar(['reactor', 'list', 'companies', '--json'])).stdout).data[0].id
  const property = idIn(await create(`companies/${company}/properties`, { name: 'Away', platform: 'edge' }))
  const secret = idIn(
    await create(`properties/${property}/secrets`, {
      name: 'crm',
      type_of: 'oauth2-client_credentials',
      credentials: {
        client_id: 'crm',
        client_secret: 'never-printed',
        token_url: `http://127.0.0.1:${(provider.address() as AddressInfo).port}/token`,
      },
    }),
  )
  const show = async () => (await bursar(['reactor', 'get', `secrets/${secret}`])).stdout
  await expect.poll(show, { timeout: 30_000 }).toMatch(/^status +succeeded$/m)
  expect((await bursar(['reactor', 'act', `secrets/${secret}`, 'test'])).code).toBe(0)
  provider.close()
  provider.closeAllConnections()
  expect((await bursar(['reactor', 'act', `secrets/${secret}`, 'test'])).code).toBe(6)
})

test('a list where one resource is asked for, and the other way round, ends with 2 and the right command', async () => {
  const company = JSON.parse((await bursar(['reactor', 'list', 'companies', '--json'])).stdout).data[0].id
  expect(await bursar(['reactor', 'list', `companies/${company}`])).toEqual({
    code: 2,
    stdout: '',
    stderr: `error: This is one resource and no list.\nhint: bursar reactor get companies/${company}\n`,
  })
  expect(await bursar(['reactor', 'get', 'companies'])).toEqual({
    code: 2,
    stdout: '',
    stderr: 'error: This is a list.\nhint: bursar reactor list companies\n',
  })
})

test('what is not valid ends with 2, and says where', async () => {
  const company = JSON.parse((await bursar(['reactor', 'list', 'companies', '--json'])).stdout).data[0].id
  const wrong = await bursar(['reactor', 'create', `companies/${company}/properties`, '-f', '-'], {
    stdin: '{"platform":"tv"}',
  })
  expect(wrong.code).toBe(2)
  expect(wrong.stderr).toContain('/data/attributes/platform')
  expect(wrong.stderr).toContain('/data/attributes/name')
  const unlinked = await bursar(['reactor', 'create', 'properties/x/secrets', '-f', '-'], {
    stdin: '{"relationships":{"environment":"production"}}',
  })
  expect(unlinked).toMatchObject({ code: 2 })
})
