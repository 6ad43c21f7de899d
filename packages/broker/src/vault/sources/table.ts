import type { OutsideReference } from '@bursar/domain/credential.ts'
import type { SecretSource } from '../reference.ts'
import { env } from './env.ts'
import { file } from './file.ts'

/** Every place a secret may live in outside of the store. A new one is a file here and a line below. */
export const SOURCES: {
  [From in OutsideReference['from']]: SecretSource<Extract<OutsideReference, { from: From }>>
} = {
  env,
  file,
}
