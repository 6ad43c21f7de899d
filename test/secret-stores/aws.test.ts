import { expect, onTestFinished, test } from 'vitest'
import { awsSettings, openSources, startSecretsManagerHere } from './sources.ts'

const aws = (name: string) => ({ from: 'aws', name }) as const

test('a key of the JSON in a secret is read as secret-name:key', async () => {
  const manager = await startSecretsManagerHere()
  const { read } = await openSources(awsSettings(manager))
  manager.secrets.set(
    'prod/crm',
    JSON.stringify({ client_secret: 'one', 'with:colon': 'two', inner: { pin: 3 } }),
  )
  expect(await read(aws('prod/crm:client_secret'))).toBe('one')
  expect(await read(aws('prod/crm:with:colon'))).toBe('two')
  expect(await read(aws('prod/crm:inner:pin'))).toBe('3')
  expect(manager.reads).toEqual(['prod/crm', 'prod/crm', 'prod/crm'])
})

test('a secret may be named by its ARN, with and without a key', async () => {
  const manager = await startSecretsManagerHere()
  const { read } = await openSources(awsSettings(manager))
  const arn = 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:crm-AbCdEf'
  manager.secrets.set(arn, '{"client_secret":"one"}')
  expect(await read(aws(arn))).toBe('{"client_secret":"one"}')
  expect(await read(aws(`${arn}:client_secret`))).toBe('one')
})

test('without names as prefix a key is looked for in the secrets of the setting, and has to be in one', async () => {
  const manager = await startSecretsManagerHere()
  const { read, refusal } = await openSources({
    ...awsSettings(manager),
    BURSAR_AWS_SECRET_NAME_AS_KEY_PREFIX: 'false',
    BURSAR_AWS_SECRET_NAMES: 'crm, erp',
  })
  manager.secrets.set('crm', '{"crm_secret":"one","both":"x"}')
  manager.secrets.set('erp', '{"erp_secret":"two","both":"y"}')
  manager.secrets.set('hidden', '{"hidden_secret":"three"}')
  expect(await read(aws('crm_secret'))).toBe('one')
  expect(await read(aws('erp_secret'))).toBe('two')
  expect((await refusal(aws('both'))).detail).toBe('The key both is in more than one secret: crm and erp.')
  expect((await refusal(aws('hidden_secret'))).detail).toBe(
    'No secret of crm, erp has the key hidden_secret.',
  )
})

test('without names as prefix and without names nothing is asked', async () => {
  const manager = await startSecretsManagerHere()
  const settings = { ...awsSettings(manager), BURSAR_AWS_SECRET_NAME_AS_KEY_PREFIX: 'false' }
  const { refusal } = await openSources(settings)
  expect(await refusal(aws('crm_secret'))).toMatchObject({
    hint: expect.stringContaining('BURSAR_AWS_SECRET_NAMES'),
  })
  expect(manager.reads).toEqual([])
})

test.each([
  ['crm:absent', '{"a":"b"}', 'has no key absent'],
  ['crm:constructor', '{"a":"b"}', 'has no key constructor'],
  ['crm:a', 'planted, no JSON', 'is not a JSON object'],
  ['crm:a', '["planted"]', 'is not a JSON object'],
  ['crm:a', '{"a":{"planted":"b"}}', 'holds no text'],
  ['crm:a', '{"a":null,"planted":1}', 'holds no text'],
  ['crm:a', '{"a":""}', 'is empty'],
  [':a', '{"a":"b"}', 'names no secret'],
])('%s of %s is refused, and nothing of the text is told', async (name, text, detail) => {
  const manager = await startSecretsManagerHere()
  manager.secrets.set('crm', text)
  const refusal = await (await openSources(awsSettings(manager))).refusal(aws(name))
  expect(refusal.detail).toContain(detail)
  expect(refusal.detail + refusal.hint + refusal.stack).not.toContain('planted')
})

test('bytes are refused', async () => {
  const manager = await startSecretsManagerHere()
  manager.secrets.set('crm', new Uint8Array([1, 2, 255]))
  expect((await (await openSources(awsSettings(manager))).refusal(aws('crm'))).detail).toContain(
    'holds bytes',
  )
})

test.each([
  ['another secret key', { BURSAR_AWS_SECRET_ACCESS_KEY: 'wrong' }],
  ['another access key', { BURSAR_AWS_ACCESS_KEY_ID: 'AKIDOTHER' }],
  ['another region', { BURSAR_AWS_REGION: 'eu-west-1' }],
])('a request that is signed with %s is refused, and the setting is named', async (_what, wrong) => {
  const manager = await startSecretsManagerHere()
  manager.secrets.set('crm', 'value')
  const refusal = await (await openSources({ ...awsSettings(manager), ...wrong })).refusal(aws('crm'))
  expect(refusal).toMatchObject({
    detail: 'AWS refused the access key of Bursar.',
    hint: expect.stringContaining('BURSAR_AWS_SECRET_ACCESS_KEY'),
  })
})

test('a passing fault is asked about once more, a lasting one is told', async () => {
  const manager = await startSecretsManagerHere()
  manager.secrets.set('crm', 'value')
  const { read, refusal } = await openSources(awsSettings(manager))
  const fault = (response: import('node:http').ServerResponse) => {
    response.writeHead(500, { 'Content-Type': 'application/x-amz-json-1.1' })
    response.end('{"__type":"InternalServiceError","Message":"planted"}')
  }
  manager.faults.push(fault)
  expect(await read(aws('crm'))).toBe('value')
  manager.faults.push(fault, fault)
  expect((await refusal(aws('crm'))).detail).toBe(
    'AWS Secrets Manager answered with InternalServiceError for the secret crm.',
  )
})

test('without an access key of its own, Bursar is who the machine is', async () => {
  const manager = await startSecretsManagerHere()
  manager.secrets.set('crm', 'value')
  const { accessKeyId, secretAccessKey } = manager.account
  const {
    BURSAR_AWS_ACCESS_KEY_ID: _id,
    BURSAR_AWS_SECRET_ACCESS_KEY: _key,
    ...settings
  } = awsSettings(manager)
  onTestFinished(() => {
    delete process.env.AWS_ACCESS_KEY_ID
    delete process.env.AWS_SECRET_ACCESS_KEY
  })
  process.env.AWS_ACCESS_KEY_ID = accessKeyId
  process.env.AWS_SECRET_ACCESS_KEY = secretAccessKey
  expect(await (await openSources(settings)).read(aws('crm'))).toBe('value')
})

test('the fence holds for it: an endpoint of this machine that is not allowed is not called', async () => {
  const manager = await startSecretsManagerHere()
  const settings = { ...awsSettings(manager), BURSAR_AWS_ENDPOINT: 'https://169.254.169.254/' }
  const refusal = await (await openSources(settings)).refusal(aws('crm'))
  expect(refusal.detail).toMatch(/^AWS Secrets Manager can not be reached: .*169\.254\.169\.254/)
})
