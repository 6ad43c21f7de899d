import { expect, test } from 'vitest'
import { startTestBroker } from './broker.ts'
import { clientCredentials, startProvider } from './provider.ts'

test('a token that lives is served while other credentials change all the time, and so is one that changes itself', async () => {
  const provider = await startProvider()
  const asked = (name: string) => provider.calls.filter(({ form }) => form.get('client_id') === name).length
  /** What changes between the two reads of each load of a token. */
  let changing: string | null = null
  const broker = await startTestBroker({
    wrap: (ports) => {
      const credentials = Object.create(ports.store.credentials) as typeof ports.store.credentials
      credentials.get = async (workspaceId, name) => {
        const row = await ports.store.credentials.get(workspaceId, name)
        if (name !== 'calm' || changing === null || row === undefined) return row
        const credentialId = (await ports.store.credentials.get(workspaceId, changing))!.id
        await ports.store.announce({ kind: 'token', workspaceId, subject: credentialId })
        return row
      }
      const store = Object.create(ports.store, { credentials: { value: credentials } }) as typeof ports.store
      return { ...ports, store }
    },
  })
  for (const name of ['calm', 'busy']) {
    const own = { client_id: name, client_auth: 'client_secret_post' }
    await broker.api.create(clientCredentials(provider, name, own))
  }
  for (changing of ['busy', 'calm']) {
    const { status, body } = await broker.api.token('calm')
    expect([changing, status, body.access_token]).toEqual([changing, 200, 'token-1'])
    expect(asked('calm')).toBe(1)
  }
  await broker.close()
  await provider.close()
})
