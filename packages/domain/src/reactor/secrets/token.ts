import { z } from 'zod'
import { text } from './options.ts'
import { defineSecretType } from './secret-type.ts'

/** A token that is known; it is the artifact. */
export const tokenSecret = defineSecretType({
  typeOf: 'token',
  title: 'Token',
  credentials: z.strictObject({ token: text }),
  writeOnly: ['token'],
  oauth: false,
  manual: false,
  sources: { '/secrets/token': '/token' },
  compile: ({ token }) => ({ recipe: { grant: 'static_token' }, secrets: { token }, shown: {} }),
})
