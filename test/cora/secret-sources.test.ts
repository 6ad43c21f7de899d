import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { startTestBroker } from '../broker.ts'
import { clientCredentials, countingTokens, type Provider, startProvider } from '../provider.ts'
import { CA_FILE, lookup } from '../secret-stores/https-server.ts'
import {
  awsSettings,
  azureSettings,
  startKeyVaultHere,
  startSecretsManagerHere,
} from '../secret-stores/sources.ts'

/** A broker that reads secrets where the settings say, and a provider that tells the secret it was shown. */
async function start(env: Record<string, string>) {
  const provider = await startProvider()
  const broker = await startTestBroker({ env: { BURSAR_OUTBOUND_CA: CA_FILE, ...env }, lookup })
  onTestFinished(async () => {
    await broker.close()
    await provider.close()
  })
  const create = (reference: Record<string, string>) =>
    broker.api.create({
      ...clientCredentials(provider, 'crm', { client_auth: 'client_secret_post' }),
      secrets: { client_secret: reference },
    })
  return { ...broker, provider, create }
}

const shownSecrets = ({ calls }: Provider) => calls.map(({ form }) => form.get('client_secret'))

const everyByteBelow = (folder: string): string =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
    .join('')

test('C7: an external secret is fetched from the vault at each exchange and is stored nowhere', async () => {
  const vault = await startKeyVaultHere()
  vault.secrets.set('crm-secret', 'planted-first')
  const { api, create, provider, dataDir, stop, log } = await start({
    ...azureSettings(vault),
    BURSAR_SECRET_SOURCES: 'azure',
  })
  const created = await create({ from: 'azure', name: 'crm-secret' })
  expect(created.body).toMatchObject({ status: 'active' })
  expect(created.body.secrets.client_secret).toMatchObject({
    reference: { from: 'azure', name: 'crm-secret' },
  })
  vault.secrets.set('crm-secret', 'planted-second')
  await api.exchange('crm')
  expect(shownSecrets(provider)).toEqual(['planted-first', 'planted-second'])
  const answers = [
    created.text,
    JSON.stringify(await api.credential('crm')),
    (await api.call('GET', '/v1/credentials/crm/exchanges')).text,
  ]
  await stop()
  expect(everyByteBelow(dataDir) + log.join('') + answers.join('')).not.toContain('planted-')
})

test('C7: while the vault does not answer, a valid token is served and the reason says what is wrong', async () => {
  const vault = await startKeyVaultHere()
  vault.secrets.set('crm-secret', 'value')
  const { api, create } = await start({ ...azureSettings(vault), BURSAR_SECRET_SOURCES: 'azure' })
  await create({ from: 'azure', name: 'crm-secret' })
  vault.denied.add('crm-secret')
  await api.exchange('crm')
  const { status, reason } = await api.credential('crm')
  expect({ status, reason }).toMatchObject({
    status: 'degraded',
    reason: {
      code: 'secret.unresolved',
      who: 'operator',
      detail:
        'The secret client_secret can not be read from where it lives: Azure Key Vault does not let Bursar read the secret crm-secret.',
      hint: expect.stringContaining('permission Get'),
    },
  })
  expect((await api.token('crm')).body.access_token).toBe('token-1')
  vault.denied.clear()
  await api.exchange('crm')
  expect(await api.credential('crm')).toMatchObject({ status: 'active', reason: null })
})

test('C7: a credential may refer to a secret that is not there yet', async () => {
  const manager = await startSecretsManagerHere()
  const { api, create, provider } = await start({ ...awsSettings(manager), BURSAR_SECRET_SOURCES: 'aws' })
  const { status, body } = await create({ from: 'aws', name: 'crm:client_secret' })
  expect([status, body.reason?.detail]).toEqual([
    201,
    'The secret client_secret can not be read from where it lives: There is no secret crm in AWS Secrets Manager.',
  ])
  expect(provider.calls).toEqual([])
  manager.secrets.set('crm', '{"client_secret":"now"}')
  await api.exchange('crm')
  expect(shownSecrets(provider)).toEqual(['now'])
})

test('C24: which stores are read is a setting: AWS, Azure and the environment', async () => {
  const [manager, vault] = [await startSecretsManagerHere(), await startKeyVaultHere()]
  manager.secrets.set('crm', 'from-aws')
  vault.secrets.set('crm', 'from-azure')
  const { api, provider } = await start({
    ...awsSettings(manager),
    ...azureSettings(vault),
    BURSAR_SECRET_SOURCES: 'aws,azure,env',
    CRM_SECRET: 'from-the-environment',
  })
  provider.behave(({ form }) => ({ access_token: `for-${form.get('client_secret')}`, token_type: 'Bearer' }))
  for (const [name, reference] of Object.entries({
    one: { from: 'aws', name: 'crm' },
    two: { from: 'azure', name: 'crm' },
    three: { from: 'env', name: 'CRM_SECRET' },
  })) {
    const body = clientCredentials(provider, name, { client_auth: 'client_secret_post' })
    await api.create({ ...body, secrets: { client_secret: reference } })
  }
  const tokens = await Promise.all(['one', 'two', 'three'].map((name) => api.token(name)))
  expect(tokens.map(({ body }) => body.access_token)).toEqual([
    'for-from-aws',
    'for-from-azure',
    'for-from-the-environment',
  ])
})

test('C24: a store that is not chosen is not asked, and the reason names the setting', async () => {
  const manager = await startSecretsManagerHere()
  manager.secrets.set('crm', 'value')
  const { create } = await start(awsSettings(manager))
  const { body } = await create({ from: 'aws', name: 'crm' })
  expect(body.reason).toMatchObject({
    code: 'secret.unresolved',
    hint: 'Add aws to BURSAR_SECRET_SOURCES.',
  })
  expect(manager.reads).toEqual([])
})

test.each([
  ['secretName:secretKey', {}, 'crm:client_secret'],
  [
    'secretKey',
    { BURSAR_AWS_SECRET_NAME_AS_KEY_PREFIX: 'false', BURSAR_AWS_SECRET_NAMES: 'crm' },
    'client_secret',
  ],
])('C25: with AWS a key is written %s, as the setting says', async (_form, settings, name) => {
  const manager = await startSecretsManagerHere()
  manager.secrets.set('crm', '{"client_secret":"jhyun/ku[ojubbj]/jhgfdrg^7*dfg&jkiu#bjshdm,ktttdg"}')
  const { create, provider } = await start({
    ...awsSettings(manager),
    BURSAR_SECRET_SOURCES: 'aws',
    ...settings,
  })
  expect((await create({ from: 'aws', name })).body.status).toBe('active')
  expect(shownSecrets(provider)).toEqual(['jhyun/ku[ojubbj]/jhgfdrg^7*dfg&jkiu#bjshdm,ktttdg'])
})

test.each([
  ['', 'Genpact0CoraSeQuence0Rijndael0Key'],
  ['dev-', 'dev-Genpact0CoraSeQuence0Rijndael0Key'],
])('C26: with Azure dots become 0 behind the prefix "%s"', async (prefix, stored) => {
  const vault = await startKeyVaultHere()
  vault.secrets.set(stored, 'value')
  const { create, provider } = await start({
    ...azureSettings(vault),
    BURSAR_SECRET_SOURCES: 'azure',
    BURSAR_AZURE_KEY_PREFIX: prefix,
  })
  provider.behave(countingTokens())
  expect((await create({ from: 'azure', name: 'Genpact.CoraSeQuence.Rijndael.Key' })).body.status).toBe(
    'active',
  )
  expect(shownSecrets(provider)).toEqual(['value'])
})
