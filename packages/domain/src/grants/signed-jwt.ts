import { z } from 'zod'
import { claimProblems, DEFAULT_JWT_SECONDS, jwtMembers, signingSecret, unsignedJwt } from '../jwt.ts'
import { asksNobody, defineGrant, requireSecret } from './grant.ts'

/** A JWT that Bursar signs and that is the token itself, RFC 7519. */
export const signedJwt = defineGrant({
  type: 'signed_jwt',
  title: 'Signed JWT',
  source: 'RFC 7519, RFC 7515',
  fields: z.object({ grant: z.literal('signed_jwt'), ...jwtMembers }),
  consent: 'none',
  renewal: 'again',
  secrets: (recipe) => ({ required: [signingSecret(recipe.alg)], optional: [] }),
  check: claimProblems,
  plan: (input) => {
    const { recipe, now, randomId } = input
    const key = requireSecret(input, signingSecret(recipe.alg))
    return {
      kind: 'sign',
      jwt: unsignedJwt(recipe, key, { now, id: randomId }),
      expiresInSeconds: recipe.ttl_seconds ?? DEFAULT_JWT_SECONDS,
    }
  },
  read: asksNobody,
})
