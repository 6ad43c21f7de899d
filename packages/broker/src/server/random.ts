import { randomFillSync } from 'node:crypto'
import type { Clock, Random } from '../operations/ports.ts'

/** Random bytes are cheap by the page and dear by the dozen. Each is handed out once. */
const POOL_BYTES = 4_096

export function createRandom({ unixMs }: Pick<Clock, 'unixMs'>): Random {
  const pool = Buffer.alloc(POOL_BYTES)
  let used = POOL_BYTES
  let lastMs = -1
  let nth = 0

  /** Where the next bytes begin. */
  function take(length: number): number {
    if (length > POOL_BYTES) throw new RangeError(`Not more than ${POOL_BYTES} random bytes at once.`)
    if (used + length > POOL_BYTES) {
      randomFillSync(pool)
      used = 0
    }
    used += length
    return used - length
  }

  return {
    fraction: () => Math.random(),
    text(bytes) {
      const at = take(bytes)
      const text = pool.toString('base64url', at, at + bytes)
      // What was handed out may be a key: it does not stay behind.
      pool.fill(0, at, at + bytes)
      return text
    },
    id() {
      // UUID version 7, RFC 9562 §5.7: 48 bits of Unix milliseconds, 12 of a counter within the millisecond
      // that begins anywhere in its lower half (§6.2, method 1), the rest random. What is made later sorts later.
      const at = take(16)
      const ms = unixMs()
      nth = ms === lastMs ? (nth + 1) & 0xfff : pool.readUInt16BE(at + 6) & 0x7ff
      lastMs = ms
      pool.writeUIntBE(ms, at, 6)
      pool.writeUInt16BE(0x7000 | nth, at + 6)
      pool[at + 8] = (pool[at + 8]! & 0x3f) | 0x80
      const hex = pool.toString('hex', at, at + 16)
      return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
    },
  }
}
