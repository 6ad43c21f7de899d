import { z } from 'zod'
import { externalKey } from './external-key.ts'

/** A Salt key as Key Management takes it: `0x` and an even number of hexadecimal digits. */
export const saltKeyInput = z.strictObject({
  name: z.string().min(1, 'The name is empty.').max(256),
  externalKey,
  key: z
    .string()
    .regex(
      /^0x(?:[0-9a-fA-F]{2}){8,512}$/,
      'A Salt key is 0x and 16 to 1024 hexadecimal digits, an even number of them.',
    ),
})

/** The bytes of the key in hexadecimal, without `0x`. */
export const saltHex = (key: string): string => key.slice(2).toLowerCase()
