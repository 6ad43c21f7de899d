import {
  createCipheriv,
  createDecipheriv,
  createSecretKey,
  type KeyObject,
  randomBytes,
  randomFillSync,
} from 'node:crypto'
import type { DataKeyRow } from '../../packages/broker/src/vault/data-key.ts'
import { createEnvelope } from '../../packages/broker/src/vault/envelope.ts'
import { keyringOf } from '../../packages/broker/src/vault/keyring.ts'
import { type Figure, median, medianRatio, type Row } from '../row.ts'

const PLACE = {
  workspaceId: 'default',
  table: 'tokens',
  row: '0197b1a0-0000-7000-8000-000000000000',
  column: 'outputs',
}
const TEXT = randomBytes(1_500).toString('base64').slice(0, 2_000)
const ROUND_MS = 300

/** Sealing and opening 2 kB beside the bare calls of `node:crypto` with a `KeyObject` and pooled nonces. */
export const sealRow: Row = {
  name: 'seal',
  async run({ rounds, say }) {
    const rows: DataKeyRow[] = []
    const envelope = await createEnvelope(
      keyringOf(randomBytes(32).toString('base64'), 'the bench'),
      {
        list: async () => rows,
        async addFirst(row) {
          rows.push(row)
          return rows
        },
        add: async () => {},
        rewrap: async () => {},
      },
      { now: () => 1_000 },
    )
    await envelope.addWorkspace('default')
    const key = createSecretKey(randomBytes(32))
    const sealed = envelope.seal(PLACE, TEXT)
    const bare = bareSeal(key)
    const pairs = [
      { name: 'seal-2k', ours: () => envelope.seal(PLACE, TEXT), limit: () => bareSeal(key) },
      { name: 'open-2k', ours: () => envelope.open(PLACE, sealed), limit: () => bareOpen(key, bare) },
    ]
    const figures: Figure[] = []
    for (const { name, ours, limit } of pairs) {
      const values: number[] = []
      const limits: number[] = []
      rate(ours)
      rate(limit)
      for (let round = 0; round < rounds; round += 1) {
        values.push(rate(ours))
        limits.push(rate(limit))
      }
      say(`${name}: ${median(values).toFixed(0)}/s beside ${median(limits).toFixed(0)}/s`)
      figures.push({
        name,
        target: 0.6,
        rounds,
        what: name === 'seal-2k' ? 'sealing 2 kB' : 'opening 2 kB',
        beside: 'bare AES-256-GCM calls with a `KeyObject`',
        unit: 'calls/s of processor time',
        ratio: medianRatio(values, limits),
        value: median(values),
        limit: median(limits),
        values,
        limits,
      })
    }
    return figures
  },
}

/** By the processor time of this process: both calls do nothing else, and a busy machine takes turns away. */
function rate(call: () => unknown): number {
  const before = process.cpuUsage()
  const startedMs = performance.now()
  let calls = 0
  while (performance.now() - startedMs < ROUND_MS) {
    for (let n = 0; n < 100; n += 1) call()
    calls += 100
  }
  const { user, system } = process.cpuUsage(before)
  return (calls / (user + system)) * 1e6
}

const OPTIONS = { authTagLength: 16 }
const pool = Buffer.alloc(12 * 1_024)
let at = pool.length

function bareSeal(key: KeyObject): Buffer {
  if (at === pool.length) {
    randomFillSync(pool)
    at = 0
  }
  const nonce = pool.subarray(at, at + 12)
  at += 12
  const cipher = createCipheriv('aes-256-gcm', key, nonce, OPTIONS)
  const text = cipher.update(TEXT, 'utf8')
  cipher.final()
  return Buffer.concat([nonce, text, cipher.getAuthTag()])
}

function bareOpen(key: KeyObject, sealed: Buffer): string {
  const end = sealed.length - 16
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, 12), OPTIONS)
  decipher.setAuthTag(sealed.subarray(end))
  const plain = decipher.update(sealed.subarray(12, end))
  decipher.final()
  return plain.toString('utf8')
}
