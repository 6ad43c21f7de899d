import { z } from 'zod'
import { text } from './options.ts'
import { defineSecretType } from './secret-type.ts'

/** User name and password; the artifact is their Base64 without a scheme (RFC 7617 §2). */
export const simpleHttpSecret = defineSecretType({
  typeOf: 'simple-http',
  title: 'User name and password',
  credentials: z.strictObject({ username: text, password: text }),
  writeOnly: ['password'],
  oauth: false,
  manual: false,
  sources: { '/recipe/username': '/username', '/secrets/password': '/password' },
  compile: ({ username, password }) => ({
    recipe: { grant: 'http_basic', username },
    secrets: { password },
    shown: { username },
  }),
})
