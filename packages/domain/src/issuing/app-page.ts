import { z } from 'zod'
import { SIGNING_ALGORITHMS } from '../exchange.ts'

const NAME = /^[a-z0-9][a-z0-9._-]{0,127}$/
const NAME_RULE = 'Lower-case letters, digits, dot, hyphen and underscore; 128 at most.'

export const issuingName = z.string().regex(NAME, NAME_RULE)

/** Claims that the page makes itself, anew for each JWT. */
const MADE_CLAIMS = ['iss', 'sub', 'aud', 'exp', 'nbf', 'iat', 'jti', 'client_id', 'scope']

export const fixedClaims = z
  .record(z.string().min(1).max(200), z.json())
  .refine((claims) => MADE_CLAIMS.every((name) => !Object.hasOwn(claims, name)), {
    message: `The page makes these claims itself: ${MADE_CLAIMS.join(', ')}`,
  })
  .describe('Further claims of every JWT')

/** RFC 6749 §3.3. */
export const scopeToken = z
  .string()
  .regex(/^[\x21\x23-\x5b\x5d-\x7e]{1,200}$/, 'Not a scope of RFC 6749 §3.3.')

const text = z.string().min(1).max(2048)
const title = z.string().max(200).nullable().default(null)
const enabled = z.boolean().default(true).describe('`false` and the page answers as if it were not there')
const tolerance = z
  .int()
  .min(0)
  .max(600)
  .default(30)
  .describe('Seconds by which clocks may differ when a JWT is verified')

/** An RFC 6749 token endpoint. */
export const standardPage = z.strictObject({
  mode: z.literal('standard'),
  title,
  signing_key: issuingName.describe('Name of the signing key'),
  issuer: text.optional().describe('`iss`; the public URL of the page when absent'),
  audience: z.union([text, z.array(text).min(1).max(50)]).describe('`aud`'),
  ttl_seconds: z.int().min(1).max(31_536_000).default(3600).describe('Life of a JWT'),
  claims: fixedClaims.default({}),
  clock_tolerance_seconds: tolerance,
  enabled,
})
export type StandardPage = z.output<typeof standardPage>

export const COMPAT_ALGORITHMS = ['HS256', 'HS384', 'HS512', 'RS256', 'RS384', 'RS512'] as const
export type CompatAlgorithm = (typeof COMPAT_ALGORITHMS)[number]

/** A page that answers as the scripts people have on the platform do. */
export const compatPage = z
  .strictObject({
    mode: z.literal('compat'),
    title,
    algorithm: z
      .string()
      .transform((name) => name.toUpperCase())
      .pipe(z.enum(COMPAT_ALGORITHMS))
      .default('HS256')
      .describe('HS256, HS384 or HS512; RS256, RS384 or RS512 with `signing_key`. In any case of letters'),
    signing_key: issuingName
      .nullable()
      .default(null)
      .describe('Signs by `GetJWTByKeyName` with this key; by `GetJWT` with the secret of the app when null'),
    verbatim: z
      .boolean()
      .default(false)
      .describe(
        'Signs the request as it came, the client secret in it. Everybody who sees a JWT then knows it',
      ),
    clock_tolerance_seconds: tolerance,
    enabled,
  })
  .refine(({ algorithm, signing_key }) => signing_key !== null || algorithm.startsWith('HS'), {
    path: ['algorithm'],
    message: 'GetJWT signs with HS256, HS384 or HS512; for RS256 name a signing_key.',
  })
export type CompatPage = z.output<typeof compatPage>

export type AppPage = StandardPage | CompatPage

const secretText = z.string().min(1).max(65_536)

/** Makes a signing key; without `key` a random one is made. */
export const signingKeyInput = z.strictObject({
  name: issuingName,
  algorithm: z.enum(SIGNING_ALGORITHMS),
  key: secretText
    .optional()
    .describe('PEM or JWK with the private members; for HS algorithms the secret or a JWK. Made when absent'),
})
export type SigningKeyInput = z.output<typeof signingKeyInput>

export const signingKeyRotation = z.strictObject({
  key: secretText.optional().describe('As for a new key'),
  activate_in_seconds: z
    .int()
    .min(0)
    .max(31_536_000)
    .optional()
    .describe(
      'When the new one begins to sign. 600 for a key with a public half, so that those who keep the JWKS ' +
        'have seen it by then; 0 for a shared secret',
    ),
  overlap_seconds: z
    .int()
    .min(0)
    .max(31_536_000)
    .default(86_400)
    .describe('How long the old one still verifies once the new one signs'),
})
export type SigningKeyRotation = z.output<typeof signingKeyRotation>

/** Asks whether a JWT holds. */
export const tokenCheckInput = z.strictObject({
  token: z.string().min(1).max(65_536).describe('The JWT'),
})

/** Revokes one JWT. */
export const revocationInput = z
  .strictObject({
    token: z
      .string()
      .min(1)
      .max(65_536)
      .optional()
      .describe('The JWT itself, of which `jti` and `exp` are read'),
    jti: z.string().min(1).max(500).optional(),
    expires_at: z.iso
      .datetime({ offset: true })
      .optional()
      .describe('When the JWT ends and the entry with it'),
  })
  .refine(({ token, jti }) => (token === undefined) !== (jti === undefined), 'Give either token or jti.')
export type RevocationInput = z.output<typeof revocationInput>
