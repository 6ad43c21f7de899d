import type { OutsideReference, SourceName } from '@bursar/domain/outside-reference.ts'
import type { SecretSource } from '../reference.ts'
import { aws } from './aws.ts'
import { azure } from './azure.ts'
import { env } from './env.ts'
import { file } from './file.ts'

/** Every place a secret may live in outside of the store. A new one is a file here and a line below. */
export const SOURCES: {
  [From in SourceName]: SecretSource<Extract<OutsideReference, { from: From }>>
} = {
  env,
  file,
  aws,
  azure,
}
