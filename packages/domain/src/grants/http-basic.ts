import { z } from 'zod'
import { encodeBase64 } from '../base64.ts'
import { Secret } from '../secret.ts'
import { fieldMembers } from '../variation.ts'
import { asksNobody, defineGrant, requireSecret } from './grant.ts'

/** User name and password as they are, RFC 7617. */
export const httpBasic = defineGrant({
  type: 'http_basic',
  title: 'HTTP Basic',
  source: 'RFC 7617',
  fields: z.object({
    grant: z.literal('http_basic'),
    username: z
      .string()
      .refine((name) => !name.includes(':'), 'A Basic user name can not hold a colon (RFC 7617 §2).')
      .refine((name) => !/[\x00-\x1f\x7f]/.test(name), 'A Basic user name can not hold control characters.')
      .optional(),
    ...fieldMembers,
  }),
  needs: () => ['username'],
  consent: 'none',
  renewal: 'never',
  secrets: () => ({ required: ['password'], optional: [] }),
  plan: (input) => {
    const pair = `${input.recipe.username}:${requireSecret(input, 'password').reveal()}`
    return {
      kind: 'given',
      outputs: { accessToken: new Secret(encodeBase64(pair)), tokenType: 'Basic', others: {} },
    }
  },
  read: asksNobody,
})
