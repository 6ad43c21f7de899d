import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createOutbound } from '@bursar/broker/outbound/send.ts'
import { loadSettings } from '@bursar/broker/server/settings.ts'
import { sourceWorld } from '@bursar/broker/server/source-settings.ts'
import { createSecretSources } from '@bursar/broker/vault/resolve.ts'
import type { OutsideReference } from '@bursar/domain/outside-reference.ts'
import { onTestFinished } from 'vitest'
import { type SecretsManager, startSecretsManager } from './aws-secrets-manager.ts'
import { lookup, readCa } from './https-server.ts'
import { type KeyVault, startKeyVault } from './key-vault.ts'

async function folderOfTest(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'bursar-sources-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

type Environment = Record<string, string>

/** The sources as a broker with these settings has them, over its real way to the network. */
export async function openSources(env: Environment, variables: Environment = {}) {
  const outbound = createOutbound({
    allow: ['127.0.0.0/8'],
    insecureHttp: null,
    connectTimeoutMs: 5_000,
    limits: { deadlineMs: 5_000, maxBodyBytes: 1024 * 1024 },
    clock: { unixMs: Date.now, monotonicMs: () => performance.now() },
    extraCa: readCa(),
    lookup,
  })
  onTestFinished(() => outbound.close())
  const sources = createSecretSources({
    ...sourceWorld(loadSettings({}, { BURSAR_SECRET_SOURCES: 'env,file,aws,azure', ...env })),
    env: variables,
    dataDir: join(await folderOfTest(), 'data'),
    warn: () => {},
    send: (request) => outbound.send(request),
    deadlineMs: 10_000,
  })
  return {
    read: async (reference: OutsideReference) => (await sources.resolve(reference)).reveal(),
    /** The error that a read ends with. */
    refusal: async (reference: OutsideReference) => {
      const outcome = await sources.resolve(reference).then(
        () => new Error('It was read.'),
        (error: Error) => error,
      )
      return outcome as Error & { code: string; detail: string; hint: string }
    },
  }
}

/** One kind of source with a secret called `crm` in it, for the suite that all of them pass. */
export interface SourceUnderTest {
  reference: OutsideReference
  read(): Promise<string>
  refusal(): Promise<Error & { code: string; detail: string; hint: string }>
  write(value: string): Promise<void>
  remove(): Promise<void>
  /** Null where the kind knows no such thing; the reason stands beside. */
  deny: (() => Promise<void>) | null
  goAway: (() => Promise<void>) | null
}

export const awsSettings = ({ url, account }: SecretsManager): Environment => ({
  BURSAR_AWS_ENDPOINT: url,
  BURSAR_AWS_REGION: account.region,
  BURSAR_AWS_ACCESS_KEY_ID: account.accessKeyId,
  BURSAR_AWS_SECRET_ACCESS_KEY: account.secretAccessKey,
})

export const azureSettings = (vault: KeyVault): Environment => ({
  BURSAR_AZURE_VAULT: vault.url,
  BURSAR_AZURE_AUTHORITY: vault.authority,
  BURSAR_AZURE_TENANT_ID: vault.tenantId,
  BURSAR_AZURE_CLIENT_ID: vault.clientId,
  BURSAR_AZURE_CLIENT_SECRET: vault.clientSecret,
})

export async function startSecretsManagerHere(): Promise<SecretsManager> {
  const manager = await startSecretsManager()
  onTestFinished(() => manager.close())
  return manager
}

export async function startKeyVaultHere(): Promise<KeyVault> {
  const vault = await startKeyVault()
  onTestFinished(() => vault.close())
  return vault
}

const bound = (
  sources: Awaited<ReturnType<typeof openSources>>,
  reference: OutsideReference,
): Pick<SourceUnderTest, 'reference' | 'read' | 'refusal'> => ({
  reference,
  read: () => sources.read(reference),
  refusal: () => sources.refusal(reference),
})

/** Every kind, made anew for each test. A new source is tested by a line here. */
export const KINDS: Record<OutsideReference['from'], () => Promise<SourceUnderTest>> = {
  async env() {
    const variables: Environment = {}
    return {
      ...bound(await openSources({}, variables), { from: 'env', name: 'CRM' }),
      async write(value) {
        variables.CRM = value
      },
      async remove() {
        delete variables.CRM
      },
      // Whoever runs the process may read all of its environment, which is always there.
      deny: null,
      goAway: null,
    }
  },
  async file() {
    const folder = join(await folderOfTest(), 'secrets')
    await mkdir(folder)
    const path = join(folder, 'crm')
    return {
      ...bound(await openSources({}), { from: 'file', path }),
      write: (value) => writeFile(path, value, { mode: 0o600 }),
      remove: () => rm(path),
      // The superuser may read every file.
      deny: process.getuid?.() === 0 ? null : () => chmod(path, 0),
      goAway: () => rm(folder, { recursive: true }),
    }
  },
  async aws() {
    const manager = await startSecretsManagerHere()
    return {
      ...bound(await openSources(awsSettings(manager)), { from: 'aws', name: 'crm' }),
      async write(value) {
        manager.secrets.set('crm', value)
      },
      async remove() {
        manager.secrets.delete('crm')
      },
      async deny() {
        manager.denied.add('crm')
      },
      goAway: () => manager.close(),
    }
  },
  async azure() {
    const vault = await startKeyVaultHere()
    return {
      ...bound(await openSources(azureSettings(vault)), { from: 'azure', name: 'crm' }),
      async write(value) {
        vault.secrets.set('crm', value)
      },
      async remove() {
        vault.secrets.delete('crm')
      },
      async deny() {
        vault.denied.add('crm')
      },
      goAway: () => vault.close(),
    }
  },
}
