import { z } from 'zod'
import { encodeBase64 } from '../base64.ts'
import type { FieldValue, UnsignedJwt } from '../exchange.ts'
import { encodeFormComponent } from '../form.ts'
import { isSymmetric, type SignatureFields, signatureMembers, unsignedJwt } from '../jwt.ts'
import { Secret } from '../secret.ts'
import { isBound } from '../standard-field.ts'
import { type GrantInput, type GrantSecretName, type RecipeFault, requireSecret } from './grant.ts'

/** Members of a recipe that say how the client proves who it is. */
export const clientMembers = {
  client_id: z.string().min(1).optional(),
  client_auth: z
    .enum(['client_secret_basic', 'client_secret_post', 'client_secret_jwt', 'private_key_jwt', 'none'])
    .optional()
    .describe('Client authentication; client_secret_basic by default where there is a client_id.'),
  client_auth_encoding: z
    .enum(['form', 'raw'])
    .optional()
    .describe('How Basic authentication encodes id and secret: form as RFC 6749 §2.3.1 says, or raw.'),
  client_assertion_audience: z
    .string()
    .min(1)
    .optional()
    .describe('`aud` of the client assertion; the token URL by default.'),
  ...signatureMembers,
}

export type ClientAuthMethod = NonNullable<z.infer<typeof clientMembers.client_auth>>

export interface ClientFields extends SignatureFields {
  token_url?: string | undefined
  client_id?: string | undefined
  client_auth?: ClientAuthMethod | undefined
  client_auth_encoding?: 'form' | 'raw' | undefined
  client_assertion_audience?: string | undefined
}

export interface ClientAuthentication {
  headers: ReadonlyArray<readonly [name: string, value: FieldValue]>
  parameters: ReadonlyArray<readonly [name: string, value: FieldValue]>
}

interface Method {
  secrets: readonly GrantSecretName[]
  authenticate(input: GrantInput<ClientFields>, clientId: string): ClientAuthentication
}

const inBody = (...parameters: ClientAuthentication['parameters']): ClientAuthentication => ({
  headers: [],
  parameters,
})

const METHODS: Record<ClientAuthMethod, Method> = {
  client_secret_basic: {
    secrets: ['client_secret'],
    authenticate: (input, clientId) => {
      const encode =
        input.recipe.client_auth_encoding === 'raw' ? (text: string) => text : encodeFormComponent
      const secret = requireSecret(input, 'client_secret').reveal()
      const value = `Basic ${encodeBase64(`${encode(clientId)}:${encode(secret)}`)}`
      return { headers: [['authorization', new Secret(value)]], parameters: [] }
    },
  },
  client_secret_post: {
    secrets: ['client_secret'],
    authenticate: (input, clientId) =>
      inBody(['client_id', clientId], ['client_secret', requireSecret(input, 'client_secret')]),
  },
  client_secret_jwt: {
    secrets: ['client_secret'],
    authenticate: (input, clientId) =>
      // The certificate and key id of the recipe belong to a private key, not to a shared secret.
      assertion(input, clientId, { alg: 'HS256' }, 'client_secret'),
  },
  private_key_jwt: {
    secrets: ['private_key'],
    authenticate: (input, clientId) => assertion(input, clientId, input.recipe, 'private_key'),
  },
  none: { secrets: [], authenticate: (_input, clientId) => inBody(['client_id', clientId]) },
}

/** A signed client assertion, RFC 7523 §2.2 and §3. */
function assertion(
  { recipe, ...input }: GrantInput<ClientFields>,
  clientId: string,
  { alg, key_id, certificate }: SignatureFields,
  keyName: GrantSecretName,
): ClientAuthentication {
  const audience = recipe.client_assertion_audience ?? recipe.token_url
  const key = requireSecret({ recipe, ...input }, keyName)
  const jwt: UnsignedJwt = unsignedJwt(
    { issuer: clientId, subject: clientId, audience, alg, key_id, certificate },
    key,
    // A grant may send a JWT of its own beside this one; their ids must differ.
    { now: input.now, id: `${input.randomId}.client` },
  )
  return inBody(
    ['client_id', clientId],
    ['client_assertion_type', 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'],
    ['client_assertion', jwt],
  )
}

/** The method of a recipe: what it says, else Basic where there is a client, else none. */
export const clientAuthMethod = (recipe: Pick<ClientFields, 'client_auth' | 'client_id'>): ClientAuthMethod =>
  recipe.client_auth ?? (hasClientId(recipe) ? 'client_secret_basic' : 'none')

/** True when the recipe names its client, or a field does. */
const hasClientId = (recipe: Pick<ClientFields, 'client_id'>): boolean =>
  recipe.client_id !== undefined || isBound(recipe, 'client_id')

/** The secrets that client authentication takes. */
export const clientSecrets = (recipe: ClientFields): readonly GrantSecretName[] => {
  const method = clientAuthMethod(recipe)
  return Object.hasOwn(METHODS, method) ? METHODS[method].secrets : []
}

/** Headers and parameters that authenticate the client, RFC 6749 §2.3, RFC 7523 §2.2. */
export function clientAuthentication(input: GrantInput<ClientFields>): ClientAuthentication {
  const { client_id: clientId } = input.recipe
  if (clientId === undefined) return inBody()
  return METHODS[clientAuthMethod(input.recipe)].authenticate(input, clientId)
}

export function clientFaults(recipe: ClientFields): RecipeFault[] {
  const method = clientAuthMethod(recipe)
  const faults: RecipeFault[] = []
  if (!hasClientId(recipe) && method !== 'none') {
    faults.push({ path: '/client_id', detail: `${method} needs a client_id.`, missing: true })
  }
  if (method === 'private_key_jwt' && isSymmetric(recipe.alg)) {
    const hint = 'Choose an asymmetric algorithm, or client_secret_jwt.'
    faults.push({ path: '/alg', detail: 'private_key_jwt can not sign with a shared secret.', hint })
  }
  if (recipe.client_auth_encoding === 'raw' && recipe.client_id?.includes(':')) {
    const hint = 'Use the encoding "form", or client_secret_post.'
    faults.push({ path: '/client_id', detail: 'A raw Basic user name can not hold a colon.', hint })
  }
  return faults
}
