import { randomBytes } from 'node:crypto'
import type { Clock, Random } from '../operations/ports.ts'

export function createRandom({ unixMs }: Pick<Clock, 'unixMs'>): Random {
  return {
    fraction: () => Math.random(),
    text: (bytes) => randomBytes(bytes).toString('base64url'),
    id() {
      // UUID version 7, RFC 9562 §5.7: 48 bits of Unix milliseconds, the rest random.
      const bytes = randomBytes(16)
      bytes.writeUIntBE(unixMs(), 0, 6)
      bytes[6] = (bytes[6]! & 0x0f) | 0x70
      bytes[8] = (bytes[8]! & 0x3f) | 0x80
      const hex = bytes.toString('hex')
      return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
    },
  }
}
