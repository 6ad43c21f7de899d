/** A member of `credentials`. */
export interface SecretMember {
  name: string
  label: string
  kind?: 'secret' | 'key' | 'number' | 'map' | 'json' | 'list'
  required?: boolean
  help?: string
  placeholder?: string
}

const OFFSET = {
  name: 'refresh_offset',
  label: 'Refresh before the end, in seconds',
  kind: 'number',
} as const
const OPTIONS = {
  name: 'options',
  label: 'Further parameters of the token request',
  kind: 'json',
  help: 'Such as {"scope": "read", "audience": "…"}.',
} as const

/** The five types of secret that Reactor knows. */
export const SECRET_TYPES: Readonly<Record<string, { title: string; members: readonly SecretMember[] }>> = {
  token: { title: 'Token', members: [{ name: 'token', label: 'Token', kind: 'secret', required: true }] },
  'simple-http': {
    title: 'User name and password',
    members: [
      { name: 'username', label: 'User name', required: true },
      { name: 'password', label: 'Password', kind: 'secret', required: true },
    ],
  },
  'oauth2-client_credentials': {
    title: 'OAuth 2 client credentials',
    members: [
      { name: 'client_id', label: 'Client id', required: true },
      { name: 'client_secret', label: 'Client secret', kind: 'secret', required: true },
      {
        name: 'token_url',
        label: 'Token URL',
        required: true,
        placeholder: 'https://login.example.com/token',
        help: 'Its tokens have to live for more than eight hours.',
      },
      { ...OFFSET, placeholder: '14400' },
      OPTIONS,
    ],
  },
  'oauth2-jwt': {
    title: 'OAuth 2 JWT',
    members: [
      { name: 'iss', label: 'Issuer', required: true, help: 'iss' },
      { name: 'aud', label: 'Audience', required: true, help: 'aud' },
      { name: 'sub', label: 'Subject', help: 'sub' },
      { name: 'ttl', label: 'Life of the JWT, in seconds', kind: 'number', required: true },
      { name: 'custom_claims', label: 'Further claims', kind: 'json' },
      {
        name: 'private_key',
        label: 'Private key',
        kind: 'key',
        required: true,
        help: 'PEM, RSA: it signs with RS256.',
      },
      { name: 'private_key_id', label: 'Key id', help: 'kid' },
      { name: 'token_url', label: 'Token URL', help: 'Without it the JWT itself is the artifact.' },
      { ...OFFSET, placeholder: '1800' },
      OPTIONS,
    ],
  },
  'oauth2-google': {
    title: 'Google OAuth 2',
    members: [
      {
        name: 'scopes',
        label: 'Scopes',
        kind: 'list',
        required: true,
        placeholder: 'https://www.googleapis.com/auth/adwords',
        help: 'A person has to sign in at Google afterwards.',
      },
    ],
  },
}

/** Members that every request has as they are, whatever is typed. */
export const FIXED: Readonly<Record<string, Record<string, unknown>>> = { 'oauth2-jwt': { alg: 'RS256' } }
