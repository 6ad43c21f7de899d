import { execFile } from 'node:child_process'
import { resolve } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const RESOLVE = resolve(import.meta.dirname, '../../packages/broker/src/vault/resolve.ts')
const SETTINGS = resolve(import.meta.dirname, '../../packages/broker/src/server/settings.ts')
const WORLD = resolve(import.meta.dirname, '../../packages/broker/src/server/source-settings.ts')

/** Reads references in a process in which no client of a secret store can be found, and tells which were wanted. */
async function withoutClients(...references: Array<Record<string, string>>) {
  const script = `
    import { registerHooks } from 'node:module'
    const wanted = []
    registerHooks({
      resolve(specifier, context, next) {
        if (!/^@(aws-sdk|azure)\\//.test(specifier)) return next(specifier, context)
        wanted.push(specifier)
        throw Object.assign(new Error('absent'), { code: 'ERR_MODULE_NOT_FOUND' })
      },
    })
    const { createSecretSources } = await import(${JSON.stringify(RESOLVE)})
    const { loadSettings } = await import(${JSON.stringify(SETTINGS)})
    const { sourceWorld } = await import(${JSON.stringify(WORLD)})
    const settings = loadSettings({}, { BURSAR_SECRET_SOURCES: 'env,aws,azure', BURSAR_AZURE_VAULT: 'crm' })
    const sources = createSecretSources({
      ...sourceWorld(settings), env: { CRM: 'value' }, dataDir: '/nowhere', warn() {}, deadlineMs: 5000,
      send() { throw new Error('Nothing is sent.') },
    })
    const outcomes = []
    for (const reference of ${JSON.stringify(references)}) {
      outcomes.push(await sources.resolve(reference).then((s) => s.reveal(), ({ code, detail, hint }) => ({ code, detail, hint })))
    }
    console.log(JSON.stringify({ wanted, outcomes }))`
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script])
  return JSON.parse(stdout) as { wanted: string[]; outcomes: unknown[] }
}

test('no client of a secret store is loaded before a reference into it is read', async () => {
  expect(await withoutClients({ from: 'env', name: 'CRM' })).toEqual({ wanted: [], outcomes: ['value'] })
})

test('a client that is not installed is told with the line that installs it', async () => {
  const { outcomes } = await withoutClients({ from: 'aws', name: 'crm' }, { from: 'azure', name: 'crm' })
  expect(outcomes).toEqual([
    {
      code: 'secret.unresolved',
      detail: 'The client of AWS Secrets Manager is not installed.',
      hint: 'npm install @aws-sdk/client-secrets-manager where Bursar is installed, then restart it.',
    },
    {
      code: 'secret.unresolved',
      detail: 'The client of Azure Key Vault is not installed.',
      hint: 'npm install @azure/keyvault-secrets @azure/identity @azure/core-rest-pipeline where Bursar is installed, then restart it.',
    },
  ])
})
