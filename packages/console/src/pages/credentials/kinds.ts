/** What somebody can add: a way of getting a token, in the words of those who set it up. */
export interface CredentialKind {
  id: string
  title: string
  note: string
  grant: string
  /** Recipe members above the secrets and below them, in order; the others are under "More". */
  above: readonly string[]
  below: readonly string[]
  /** Members, secrets aside, without which the form is not sent. */
  required: readonly string[]
  /** Shown first. */
  common?: boolean
  /** The password is typed twice. */
  confirms?: string
  /** What the recipe begins with. */
  start?: Readonly<Record<string, unknown>>
}

export const KINDS: readonly CredentialKind[] = [
  {
    id: 'client_credentials',
    title: 'OAuth2 Client Credentials',
    note: 'An application signs in as itself. No person is asked.',
    grant: 'client_credentials',
    above: ['client_id'],
    below: ['token_url', 'scope'],
    required: ['client_id', 'token_url', 'scope'],
    common: true,
    start: { client_auth: 'client_secret_basic' },
  },
  {
    id: 'on_behalf',
    title: 'OAuth2 On Behalf',
    note: 'A person signs in once and agrees; Bursar then acts on their behalf.',
    grant: 'authorization_code',
    above: ['client_id'],
    below: ['authorization_url', 'token_url', 'scope'],
    required: ['client_id', 'authorization_url', 'token_url', 'scope'],
    common: true,
    start: { client_auth: 'client_secret_basic' },
  },
  {
    id: 'username_password',
    title: 'Username Password',
    note: 'A name and a password, sent as HTTP Basic authentication.',
    grant: 'http_basic',
    above: ['username'],
    below: [],
    required: ['username'],
    common: true,
    confirms: 'password',
  },
  {
    id: 'static_token',
    title: 'API key or fixed token',
    note: 'A text that never changes, put into a header.',
    grant: 'static_token',
    above: ['token_type'],
    below: ['expires_at', 'injection'],
    required: [],
    common: true,
  },
  {
    id: 'jwt_bearer',
    title: 'JWT bearer',
    note: 'A signed assertion is exchanged for a token: service accounts.',
    grant: 'jwt_bearer',
    above: ['issuer', 'subject'],
    below: ['audience', 'alg', 'key_id', 'token_url', 'scope'],
    required: ['issuer', 'token_url'],
  },
  {
    id: 'signed_jwt',
    title: 'Signed JWT',
    note: 'A JWT that Bursar signs is the token itself.',
    grant: 'signed_jwt',
    above: ['issuer', 'subject'],
    below: ['audience', 'alg', 'key_id', 'ttl_seconds', 'claims'],
    required: [],
  },
  {
    id: 'refresh_token',
    title: 'Refresh token',
    note: 'A refresh token that somebody already has.',
    grant: 'refresh_token',
    above: ['client_id'],
    below: ['token_url', 'scope'],
    required: ['token_url'],
  },
  {
    id: 'password',
    title: 'Resource owner password',
    note: 'Name and password of a person go to the token endpoint.',
    grant: 'password',
    above: ['username', 'client_id'],
    below: ['token_url', 'scope'],
    required: ['username', 'token_url'],
  },
  {
    id: 'token_exchange',
    title: 'Token exchange',
    note: 'One token is exchanged for another, RFC 8693.',
    grant: 'token_exchange',
    above: ['client_id'],
    below: ['subject_token_type', 'requested_token_type', 'audience', 'token_url', 'scope'],
    required: ['token_url'],
  },
  {
    id: 'device_code',
    title: 'Device code',
    note: 'A person types a short code on another device.',
    grant: 'device_code',
    above: ['client_id'],
    below: ['device_authorization_url', 'token_url', 'scope'],
    required: ['client_id', 'device_authorization_url', 'token_url'],
  },
]

export const kindOf = (id: string): CredentialKind | undefined => KINDS.find((kind) => kind.id === id)

/** The kind that shows a grant best. */
export const kindOfGrant = (grant: string): CredentialKind | undefined =>
  KINDS.find((kind) => kind.grant === grant)

/** Names that members go by in the form. */
export const MEMBER_TITLES: Readonly<Record<string, string>> = {
  client_id: 'Client Identifier',
  token_url: 'Token Endpoint',
  authorization_url: 'Authorization Endpoint',
  device_authorization_url: 'Device Authorization Endpoint',
  scope: 'Scopes',
  username: 'User Name',
}

export const MEMBER_EXAMPLES: Readonly<Record<string, string>> = {
  token_url: 'https://login.example.com/oauth2/token',
  authorization_url: 'https://login.example.com/oauth2/authorize',
  device_authorization_url: 'https://login.example.com/oauth2/device',
  scope: 'mail.read mail.send',
  issuer: 'service@project.example.com',
}

export const SECRET_TITLES: Readonly<Record<string, string>> = {
  client_secret: 'Client Secret',
  private_key: 'Private Key',
  password: 'Password',
  token: 'Token',
  refresh_token: 'Refresh Token',
  actor_token: 'Actor Token',
}
