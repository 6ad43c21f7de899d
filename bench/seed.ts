import { randomUUID } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { sealOutputs, sealSecrets } from '../packages/broker/src/operations/sealed.ts'
import { openStore, type StoreLocation } from '../packages/broker/src/store/open.ts'
import type { CredentialRow } from '../packages/broker/src/store/store.ts'
import { createEnvelope } from '../packages/broker/src/vault/envelope.ts'
import { loadKeyring } from '../packages/broker/src/vault/keyring-source.ts'
import { parseRecipe } from '../packages/domain/src/recipe.ts'
import { Secret } from '../packages/domain/src/secret.ts'

export interface Seed {
  dataDir: string
  databaseUrl?: string
  count: number
  recipe: Record<string, unknown>
  secrets: Readonly<Record<string, string>>
  /** Unix seconds at which the token of the n-th credential is due; null leaves it without a token, due never. */
  dueAt: (n: number) => number | null
  /** A token that lives until then is there from the start. */
  liveUntil?: number
}

const AT_ONCE = 500

/** Fills a database with credentials the way the broker itself would, past its API. */
export async function seed(options: Seed): Promise<void> {
  const { dataDir, databaseUrl, count, secrets, dueAt, liveUntil } = options
  const now = Math.floor(Date.now() / 1000)
  const parsed = parseRecipe(options.recipe)
  if ('problems' in parsed) throw new Error(JSON.stringify(parsed.problems))
  const { recipe } = parsed
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const { keyring } = await loadKeyring({ source: null, dataDir, env: {} })
  const location: StoreLocation = databaseUrl === undefined ? { dataDir } : { databaseUrl }
  const store = await openStore(location, {
    now: () => now,
    pollSeconds: 60,
    log: () => {},
  })
  const envelope = await createEnvelope(keyring, store.dataKeys, { now: () => now })
  await envelope.addWorkspace('default')
  const kept = Object.fromEntries(
    Object.entries(secrets).map(([name, value]) => [name, { value: new Secret(value) }]),
  )

  async function add(n: number): Promise<void> {
    const id = randomUUID()
    const row: CredentialRow = {
      workspaceId: 'default',
      id,
      name: `bench-${n}`,
      provider: null,
      recipe,
      secrets: Object.fromEntries(Object.keys(secrets).map((name) => [name, { set: true, updatedAt: now }])),
      destinations: [],
      environment: null,
      labels: {},
      status: 'active',
      reason: null,
      revision: 1,
      configRevision: 1,
      createdAt: now,
      updatedAt: now,
      sealedSecrets: sealSecrets(envelope, { workspaceId: 'default', id }, kept),
    }
    const due = dueAt(n)
    const leaseId = liveUntil === undefined ? null : 'seed'
    await store.credentials.insert(
      row,
      { claimableAt: due, leaseId, leaseUntil: leaseId === null ? null : now + 60 },
      {
        workspaceId: 'default',
        at: now,
        actor: 'system',
        action: 'credential.create',
        subject: id,
        detail: {},
      },
    )
    if (liveUntil === undefined) return
    const outputs = {
      accessToken: new Secret(`seeded-${n}-${'x'.repeat(900)}`),
      tokenType: 'Bearer',
      others: {},
    }
    await store.tokens.saveOutcome({
      workspaceId: 'default',
      credentialId: id,
      expectedVersion: 0,
      leaseId: 'seed',
      intentId: null,
      token: {
        sealed: sealOutputs(envelope, { workspaceId: 'default', credentialId: id }, outputs),
        tokenType: 'Bearer',
        issuedAt: now,
        expiresAt: liveUntil,
        expiresFrom: 'response',
        refreshDueAt: due,
        rotates: null,
      },
      claimableAt: due,
      expectedConfigRevision: 1,
      failures: 0,
      journal: null,
      keepIntent: false,
      condition: null,
      announce: false,
      exchange: null,
      now,
    })
  }

  let next = 0
  const lane = async () => {
    while (next < count) await add(next++)
  }
  await Promise.all(Array.from({ length: AT_ONCE }, lane))
  await store.close()
}
