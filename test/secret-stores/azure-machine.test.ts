import { loadSettings } from '@bursar/broker/server/settings.ts'
import { expect, test } from 'vitest'
import { managedIdentitySettings, startIdentityEndpoint } from './managed-identity.ts'
import { openSources, startKeyVaultHere } from './sources.ts'

const crm = { from: 'azure', name: 'crm' } as const

test('the managed identity of a virtual machine reads the vault, without any secret in the settings', async () => {
  const vault = await startKeyVaultHere()
  vault.secrets.set('crm', 'value')
  const { asked } = await startIdentityEndpoint(vault, 'IMDS')
  const { read } = await openSources(managedIdentitySettings(vault))
  expect([await read(crm), await read(crm)]).toEqual(['value', 'value'])
  expect(asked).toEqual([
    {
      path: '/metadata/identity/oauth2/token',
      query: expect.objectContaining({ resource: 'https://vault.test' }),
      headers: expect.objectContaining({ metadata: 'true' }),
    },
  ])
  expect(vault.signIns()).toBe(0)
})

test('a machine that Azure gave no identity is told so', async () => {
  const vault = await startKeyVaultHere()
  const endpoint = await startIdentityEndpoint(vault, 'IMDS')
  endpoint.isThere = false
  const { refusal } = await openSources(managedIdentitySettings(vault, 'not-assigned'))
  expect(await refusal(crm)).toMatchObject({
    code: 'secret.unresolved',
    detail: 'Azure gives this machine no token of a managed identity.',
    hint: expect.stringContaining('BURSAR_AZURE_CLIENT_ID'),
  })
})

test('a managed identity stands alone: a client secret beside it is refused at the start', () => {
  const both = { BURSAR_AZURE_MANAGED_IDENTITY: 'true', BURSAR_AZURE_CLIENT_SECRET: 'planted-secret' }
  expect(() => loadSettings({}, both)).toThrow(/BURSAR_AZURE_MANAGED_IDENTITY stands alone/)
})
