import { z } from 'zod'
import type { Problem } from '../error.ts'
import type { SigningAlgorithm } from '../exchange.ts'
import { isObject } from '../json.ts'
import { problem } from '../problem.ts'
import { problemsOfIssues, unknownMember } from '../schema-problem.ts'
import { credentialNameOf, externalKey } from './external-key.ts'

/** What Key Management asks for besides the members of the grant. */
const everyContext = {
  name: z.string().min(1, 'The name is empty.').max(256).describe('For people.'),
  externalKey: externalKey.describe('By which activities name it: visible ASCII.'),
  grantType: z.string().describe('See the grants below.'),
  tokenEndpoint: z.string().min(1).describe('Where the token comes from: https.'),
  contentType: z
    .enum(['application/x-www-form-urlencoded', 'application/json'])
    .default('application/x-www-form-urlencoded')
    .describe('Of the token request.'),
  validServiceUrls: z
    .array(z.string().min(1))
    .min(1, 'Without a valid service URL the token would go nowhere.')
    .max(256)
    .describe('Where the token may go: each covers its path and what lies below.'),
  scope: z.string().min(1).optional().describe('Scopes, separated by blanks.'),
  keyType: z
    .literal('Security Context')
    .optional()
    .describe('As Key Management calls it; the only one here.'),
}

const pem = z.string().refine((text) => text.trim().startsWith('-----BEGIN'), 'The private key is not PEM.')

const signing = {
  privateKey: pem.describe('PEM. An RSA key unless `algorithm` says otherwise.'),
  keyId: z.string().min(1).max(1024).optional().describe('The `kid` of the JWT.'),
  algorithm: z.enum(['RS256', 'PS256', 'ES256', 'EdDSA']).default('RS256').describe('Of the signature.'),
}

/** A grant of a security context, and the members it takes besides {@link everyContext}. */
interface ContextGrant {
  /** How Key Management calls it. */
  titles: readonly string[]
  source: string
  members: z.ZodObject
  /** Member by member, what the recipe of the credential is made of; see {@link compile}. */
  recipe(context: Record<string, unknown>): Record<string, unknown>
  secret: { member: 'privateKey' | 'clientSecret'; name: 'private_key' | 'client_secret' }
}

export const CONTEXT_GRANTS = {
  jwt_bearer: {
    titles: ['JWT Bearer', 'Authorization grant with JWT assertion'],
    source: 'RFC 7523 §2.1',
    members: z.object({
      issuer: z.string().min(1).describe('`iss` of the JWT.'),
      audience: z.string().min(1).describe('`aud` of the JWT.'),
      subject: z.string().min(1).describe('`sub` of the JWT.'),
      ...signing,
      lifetimeSeconds: z.int().min(1).max(3600).default(300).describe('From now to `exp`.'),
    }),
    recipe: ({ issuer, audience, subject, keyId, algorithm, lifetimeSeconds }) => ({
      grant: 'jwt_bearer',
      issuer,
      audience,
      subject,
      key_id: keyId,
      alg: algorithm,
      ttl_seconds: lifetimeSeconds,
    }),
    secret: { member: 'privateKey', name: 'private_key' },
  },
  client_credentials: {
    titles: ['Client Credentials'],
    source: 'RFC 6749 §4.4, §2.3.1',
    members: z.object({
      clientId: z.string().min(1),
      clientSecret: z.string().min(1),
      clientAuthentication: z
        .enum(['body', 'header'])
        .default('body')
        .describe('Whether id and secret stand in the body or in `Authorization: Basic`.'),
    }),
    recipe: ({ clientId, clientAuthentication }) => ({
      grant: 'client_credentials',
      client_id: clientId,
      client_auth: clientAuthentication === 'header' ? 'client_secret_basic' : 'client_secret_post',
    }),
    secret: { member: 'clientSecret', name: 'client_secret' },
  },
  client_credentials_jwt: {
    titles: ['Client Credentials with JWT assertion'],
    source: 'RFC 7521 §4.2, RFC 7523 §2.2',
    members: z.object({
      clientId: z.string().min(1).describe('Also `iss` and `sub` of the assertion.'),
      audience: z
        .string()
        .min(1)
        .optional()
        .describe('`aud` of the assertion; the token endpoint by default.'),
      ...signing,
    }),
    recipe: ({ clientId, audience, keyId, algorithm }) => ({
      grant: 'client_credentials',
      client_id: clientId,
      client_auth: 'private_key_jwt',
      client_assertion_audience: audience,
      key_id: keyId,
      alg: algorithm,
    }),
    secret: { member: 'privateKey', name: 'private_key' },
  },
} as const satisfies Record<string, ContextGrant>

export type ContextGrantType = keyof typeof CONTEXT_GRANTS
const GRANT_TYPES = Object.keys(CONTEXT_GRANTS) as ContextGrantType[]

/** A security context as it is shown: everything but the secret. */
export type SecurityContext = Record<string, unknown> & {
  name: string
  externalKey: string
  grantType: ContextGrantType
}

export interface CompiledContext {
  externalKey: string
  /** The body of a credential, as the native API takes it. */
  credential: {
    name: string
    recipe: Record<string, unknown>
    secrets: Record<string, string>
    destinations: readonly string[]
    labels: Record<string, string>
  }
}

const NAME_LABEL = 'marketing-cloud/name'

/** The grant a text names: its type, or how Key Management calls it, however that is spelt. */
export function findGrant(text: string): ContextGrantType | undefined {
  const plain = (written: string) =>
    written
      .toLowerCase()
      .replace(/[\s_-]+/g, ' ')
      .trim()
  return GRANT_TYPES.find((type) =>
    [type, ...CONTEXT_GRANTS[type].titles].some((known) => plain(known) === plain(text)),
  )
}

/** The members that a grant takes; those of the secret may be left out where it is kept. */
export function contextSchema(type: ContextGrantType, secretKept: boolean): z.ZodObject {
  const { members, secret } = CONTEXT_GRANTS[type] as ContextGrant
  const shape: Record<string, z.ZodType> = {
    ...everyContext,
    ...(members.shape as Record<string, z.ZodType>),
  }
  if (secretKept) shape[secret.member] = shape[secret.member]!.optional()
  return z.strictObject(shape)
}

/** The body that makes a security context, for each grant; `grantType` may be spelt in other ways as well. */
export const contextInput = z.union(
  GRANT_TYPES.map((type) =>
    contextSchema(type, false).extend({ grantType: z.enum([type, ...CONTEXT_GRANTS[type].titles]) }),
  ),
)

/** A JSON merge patch of a security context: any of its members. */
export const contextPatch = z
  .strictObject({
    ...everyContext,
    ...Object.assign({}, ...GRANT_TYPES.map((type) => CONTEXT_GRANTS[type].members.shape)),
  } as Record<string, z.ZodType>)
  .partial()

/** Makes a credential of a security context; every problem at once, each with the member it is about. */
export function compileContext(
  body: unknown,
  { secretKept = false } = {},
): { context: CompiledContext } | { problems: Problem[] } {
  if (!isObject(body)) return { problems: [problem('', 'field.invalid', 'The body is a JSON object.')] }
  const type = typeof body.grantType === 'string' ? findGrant(body.grantType) : undefined
  if (type === undefined) return { problems: [...grantProblem(body.grantType), ...faultsOfEvery(body)] }
  const schema = contextSchema(type, secretKept)
  const parsed = schema.safeParse(body)
  if (!parsed.success) return { problems: problemsOfIssues(parsed.error.issues, schema, '') }
  const written = parsed.data as Record<string, unknown> & z.infer<z.ZodObject<typeof everyContext>>
  const grant: ContextGrant = CONTEXT_GRANTS[type]
  const secret = written[grant.secret.member]
  return {
    context: {
      externalKey: written.externalKey,
      credential: {
        name: credentialNameOf(written.externalKey),
        recipe: withoutUndefined({
          ...grant.recipe(written),
          token_url: written.tokenEndpoint,
          content_type: written.contentType === 'application/json' ? 'json' : 'form',
          scope: written.scope?.split(/\s+/).filter(Boolean),
        }),
        secrets: typeof secret === 'string' ? { [grant.secret.name]: secret } : {},
        destinations: written.validServiceUrls,
        labels: { [NAME_LABEL]: written.name },
      },
    },
  }
}

function grantProblem(written: unknown): Problem[] {
  const hint = `Known grants: ${GRANT_TYPES.join(', ')}.`
  if (written === undefined) return [problem('/grantType', 'field.missing', 'grantType is missing.', hint)]
  return [problem('/grantType', 'grant.unknown', 'There is no such grant.', hint)]
}

/** Without a grant its members can not be judged; those of every context can. */
function faultsOfEvery(body: Record<string, unknown>): Problem[] {
  const schema = z.object(everyContext)
  const parsed = schema.safeParse(body)
  const known = new Set<string>(Object.keys(everyContext))
  for (const { members } of Object.values(CONTEXT_GRANTS)) {
    for (const member of Object.keys(members.shape)) known.add(member)
  }
  const unknown = Object.keys(body)
    .filter((member) => !known.has(member))
    .map((member) => unknownMember(`/${member}`, member, [...known]))
  const faults = parsed.success ? [] : problemsOfIssues(parsed.error.issues, schema, '')
  return [...faults.filter(({ path }) => path !== '/grantType'), ...unknown]
}

const withoutUndefined = (members: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined))

/** Which member of a security context a member of its credential came from. */
const MEMBERS: ReadonlyArray<readonly [pattern: RegExp, member: string]> = [
  [/^\/name$/, '/externalKey'],
  [/^\/recipe\/token_url/, '/tokenEndpoint'],
  [/^\/recipe\/content_type/, '/contentType'],
  [/^\/recipe\/client_id/, '/clientId'],
  [/^\/recipe\/client_auth$/, '/clientAuthentication'],
  [/^\/recipe\/client_assertion_audience/, '/audience'],
  [/^\/recipe\/key_id/, '/keyId'],
  [/^\/recipe\/alg/, '/algorithm'],
  [/^\/recipe\/ttl_seconds/, '/lifetimeSeconds'],
  [/^\/recipe\/(issuer|audience|subject|scope)/, '/$1'],
  [/^\/secrets\/private_key/, '/privateKey'],
  [/^\/secrets\/client_secret/, '/clientSecret'],
  [/^\/destinations/, '/validServiceUrls'],
]

/** What is wrong with a credential, said of the security context it was made from. */
export function problemOfContext({ path, ...rest }: Problem): Problem {
  const found = MEMBERS.find(([pattern]) => pattern.test(path))
  return { ...rest, path: found === undefined ? path : path.replace(found[0], found[1]) }
}

/** A credential, read back as the security context it was made from; it holds no secret. */
export function presentContext(credential: {
  externalKey: string
  recipe: Readonly<Record<string, unknown>>
  destinations: ReadonlyArray<{ url: string }>
  labels: Readonly<Record<string, string>>
}): SecurityContext {
  const { externalKey: key, recipe, destinations, labels } = credential
  const grantType = grantOfRecipe(recipe)
  const scope = recipe.scope as readonly string[] | undefined
  return {
    name: labels[NAME_LABEL] ?? key,
    externalKey: key,
    grantType,
    tokenEndpoint: String(recipe.token_url),
    contentType: recipe.content_type === 'json' ? 'application/json' : 'application/x-www-form-urlencoded',
    validServiceUrls: destinations.map(({ url }) => url),
    ...withoutUndefined({
      scope: scope !== undefined && scope.length > 0 ? scope.join(' ') : undefined,
      ...PRESENTED[grantType](recipe),
    }),
  }
}

const grantOfRecipe = ({ grant, client_auth }: Readonly<Record<string, unknown>>): ContextGrantType => {
  if (grant === 'jwt_bearer') return 'jwt_bearer'
  return client_auth === 'private_key_jwt' ? 'client_credentials_jwt' : 'client_credentials'
}

const PRESENTED: Record<
  ContextGrantType,
  (recipe: Readonly<Record<string, unknown>>) => Record<string, unknown>
> = {
  jwt_bearer: ({ issuer, audience, subject, key_id, alg, ttl_seconds }) => ({
    issuer,
    audience,
    subject,
    keyId: key_id,
    algorithm: alg as SigningAlgorithm,
    lifetimeSeconds: ttl_seconds,
  }),
  client_credentials: ({ client_id, client_auth }) => ({
    clientId: client_id,
    clientAuthentication: client_auth === 'client_secret_basic' ? 'header' : 'body',
  }),
  client_credentials_jwt: ({ client_id, client_assertion_audience, key_id, alg }) => ({
    clientId: client_id,
    audience: client_assertion_audience,
    keyId: key_id,
    algorithm: alg,
  }),
}
