import { mkdir, open, readdir, readFile, rename, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { Outcome } from './store.ts'

/**
 * Outcomes that the database could not take, kept on local disk until it can. They hold sealed values and
 * redacted records only. An entry is there once `put` resolves, power cut or not.
 */
export interface Spool {
  put(outcome: Outcome): Promise<void>
  /** Hands every kept outcome to `save`; removes those it does not throw for. Answers how many are left. */
  replay(save: (outcome: Outcome) => Promise<unknown>): Promise<number>
  readonly size: number
}

export async function openSpool(dir: string): Promise<Spool> {
  await mkdir(dir, { recursive: true, mode: 0o700 })
  const names = new Set((await readdir(dir)).filter((name) => name.endsWith('.json')))

  return {
    get size() {
      return names.size
    },

    async put(outcome) {
      const name = `${outcome.credentialId}.${outcome.leaseId}.json`
      const path = join(dir, name)
      const file = await open(`${path}.part`, 'w', 0o600)
      try {
        await file.writeFile(encode(outcome))
        await file.sync()
      } finally {
        await file.close()
      }
      await rename(`${path}.part`, path)
      await syncDirectory(dir)
      names.add(name)
    },

    async replay(save) {
      for (const name of [...names]) {
        const path = join(dir, name)
        await save(decode(await readFile(path, 'utf8')))
        await unlink(path)
        names.delete(name)
      }
      return names.size
    },
  }
}

async function syncDirectory(dir: string): Promise<void> {
  const handle = await open(dir, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

const BYTES = '$bytes'
const encode = (outcome: Outcome): string =>
  JSON.stringify(outcome, (_key, value) =>
    value instanceof Uint8Array && !(value instanceof Buffer)
      ? { [BYTES]: Buffer.from(value).toString('base64') }
      : value !== null && typeof value === 'object' && value.type === 'Buffer' && Array.isArray(value.data)
        ? { [BYTES]: Buffer.from(value.data).toString('base64') }
        : value,
  )
const decode = (text: string): Outcome =>
  JSON.parse(text, (_key, value) =>
    value !== null && typeof value === 'object' && typeof value[BYTES] === 'string'
      ? new Uint8Array(Buffer.from(value[BYTES], 'base64'))
      : value,
  )
