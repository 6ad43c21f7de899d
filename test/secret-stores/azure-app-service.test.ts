import { expect, test } from 'vitest'
import { managedIdentitySettings, startIdentityEndpoint } from './managed-identity.ts'
import { openSources, startKeyVaultHere } from './sources.ts'

test('in App Service the identity that the client id names reads the vault', async () => {
  const vault = await startKeyVaultHere()
  vault.secrets.set('crm', 'value')
  const { asked } = await startIdentityEndpoint(vault, 'App Service')
  const { read } = await openSources(managedIdentitySettings(vault, 'assigned-by-a-user'))
  expect(await read({ from: 'azure', name: 'crm' })).toBe('value')
  expect(asked).toEqual([
    {
      path: '/msi/token',
      query: expect.objectContaining({ resource: 'https://vault.test', client_id: 'assigned-by-a-user' }),
      headers: expect.objectContaining({ 'x-identity-header': 'header-of-the-app' }),
    },
  ])
})
