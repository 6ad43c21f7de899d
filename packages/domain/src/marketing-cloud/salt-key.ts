import { z } from 'zod'
import { externalKey } from './external-key.ts'

const key = z
  .string()
  .regex(
    /^0x(?:[0-9a-fA-F]{2}){4,512}$/,
    'A Salt key is 0x and 8 to 1024 hexadecimal digits, an even number of them.',
  )

/** A Salt key as Key Management takes it: `0x` and an even number of hexadecimal digits. */
export const saltKeyInput = z.strictObject({
  name: z.string().min(1, 'The name is empty.').max(256),
  externalKey,
  key,
  keyType: z.literal('Salt').optional().describe('As Key Management calls it; the only one here.'),
})

/** What of a Salt key can be changed; endpoints name it by its external key, which stays. */
export const saltKeyPatch = saltKeyInput.pick({ name: true, key: true }).partial()

/** The bytes of the key in hexadecimal, without `0x`. */
export const saltHex = (key: string): string => key.slice(2).toLowerCase()
