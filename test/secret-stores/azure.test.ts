import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { azureSettings, openSources, startKeyVaultHere } from './sources.ts'

const azure = (name: string) => ({ from: 'azure', name }) as const

test('dots of a name are read as 0, after the prefix was put before it', async () => {
  const vault = await startKeyVaultHere()
  vault.secrets.set('prod-Genpact0CoraSeQuence0Rijndael0Key', 'value')
  const { read } = await openSources({ ...azureSettings(vault), BURSAR_AZURE_KEY_PREFIX: 'prod-' })
  expect(await read(azure('Genpact.CoraSeQuence.Rijndael.Key'))).toBe('value')
  expect(vault.reads).toEqual(['prod-Genpact0CoraSeQuence0Rijndael0Key'])
})

test('a name that no vault can hold is refused before anything is asked', async () => {
  const vault = await startKeyVaultHere()
  const { refusal } = await openSources({ ...azureSettings(vault), BURSAR_AZURE_KEY_PREFIX: 'p'.repeat(100) })
  expect((await refusal(azure('n'.repeat(28)))).detail).toContain('no name that a secret in Azure Key Vault')
  expect(vault.signIns()).toBe(0)
})

test('it signs in once and keeps that token in memory, while the secret is read each time', async () => {
  const vault = await startKeyVaultHere()
  vault.secrets.set('crm', 'value')
  const { read } = await openSources(azureSettings(vault))
  await read(azure('crm'))
  await read(azure('crm'))
  expect(vault.signIns()).toBe(1)
  expect(vault.reads).toEqual(['crm', 'crm'])
})

test('a token of the workload stands in for the client secret', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'bursar-workload-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const vault = await startKeyVaultHere()
  vault.secrets.set('crm', 'value')
  await writeFile(join(folder, 'token'), vault.workloadToken)
  const { BURSAR_AZURE_CLIENT_SECRET: _secret, ...settings } = azureSettings(vault)
  const { read } = await openSources({
    ...settings,
    BURSAR_AZURE_FEDERATED_TOKEN_FILE: join(folder, 'token'),
  })
  expect(await read(azure('crm'))).toBe('value')
})

test('an identity that Entra does not know is told, without its secret', async () => {
  const vault = await startKeyVaultHere()
  const settings = { ...azureSettings(vault), BURSAR_AZURE_CLIENT_SECRET: 'planted-secret' }
  const refusal = await (await openSources(settings)).refusal(azure('crm'))
  expect(refusal).toMatchObject({
    detail: 'Microsoft Entra refused the identity of Bursar.',
    hint: expect.stringContaining('BURSAR_AZURE_CLIENT_SECRET'),
  })
  expect(`${JSON.stringify(refusal)}${refusal.stack}`).not.toContain('planted-secret')
})

test.each([
  ['no vault', 'BURSAR_AZURE_VAULT', 'No key vault is set.'],
  ['no tenant', 'BURSAR_AZURE_TENANT_ID', 'Bursar has no identity for Azure.'],
  ['no client secret', 'BURSAR_AZURE_CLIENT_SECRET', 'Bursar has no identity for Azure.'],
])('%s is told with the setting', async (_what, name, detail) => {
  const vault = await startKeyVaultHere()
  const { [name]: _without, ...settings } = azureSettings(vault)
  const refusal = await (await openSources(settings)).refusal(azure('crm'))
  expect(refusal).toMatchObject({ detail, hint: expect.stringContaining(name) })
})

test('a vault that asks for a token of another resource gets none', async () => {
  const vault = await startKeyVaultHere()
  const elsewhere = vault.url.replace('crm.vault.test', 'secretsmanager.test')
  const { refusal } = await openSources({ ...azureSettings(vault), BURSAR_AZURE_VAULT: elsewhere })
  expect(await refusal(azure('crm'))).toMatchObject({ code: 'secret.unresolved' })
  expect(vault.signIns()).toBe(0)
})
