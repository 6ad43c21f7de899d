export interface DeclaredField {
  name: string
  title?: string
  secret?: boolean
  value?: unknown
  default?: unknown
  from_response?: unknown
}

type Recipe = Record<string, unknown>

export const declaredFields = (recipe: Recipe): DeclaredField[] =>
  Array.isArray(recipe.fields)
    ? recipe.fields.filter((one): one is DeclaredField => typeof one?.name === 'string')
    : []

/** What a secret is called in templates: `client_secret` is `clientSecret`. */
const camel = (name: string): string => name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())

/** Stands where a secret will stand: recognisable, and nobody's. */
const standIn = (name: string): string =>
  `the-${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`

const SENT_BY_TEMPLATES = [
  'client_secret',
  'password',
  'token',
  'refresh_token',
  'actor_token',
  'access_token',
]

/**
 * What templates see while they are written: members and fields with their values, stand-ins for secrets and
 * for what nobody has entered yet. No secret that somebody typed is among it.
 */
export function trialContext(recipe: Recipe, values: Readonly<Record<string, unknown>>) {
  const { client_id, username, scope, audience, user_context } = recipe
  const authData: Record<string, unknown> = {
    clientId: client_id ?? values.client_id ?? 'the-client-id',
    username: username ?? 'the-username',
    scope: Array.isArray(scope) ? scope.join(' ') : (scope ?? ''),
    ...(audience !== undefined && { audience }),
    ...Object.fromEntries(SENT_BY_TEMPLATES.map((name) => [camel(name), standIn(camel(name))])),
    code: 'the-code',
    codeVerifier: 'the-code-verifier',
    redirectUri: `${location.origin}/oauth/callback`,
    tokenType: 'Bearer',
  }
  for (const { name, secret, value, default: preset } of declaredFields(recipe)) {
    const typed = values[name]
    authData[name] = value ?? (secret ? undefined : typed) ?? preset ?? standIn(name)
  }
  return { authData, userContext: { ...(user_context as object | undefined), client: 'bursar' } }
}
