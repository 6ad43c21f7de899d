import type { CredentialDraft } from './credential.ts'
import { readCurl } from './curl.ts'
import { KINDS, kindOfGrant } from './kinds.ts'
import type { PasteResult } from './paste-result.ts'

type Json = Record<string, unknown>
const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined

/** The first of these members that is a text. */
const firstOf = (value: Json, ...names: readonly string[]): string | undefined =>
  names.map((name) => text(value[name])).find((one) => one !== undefined)

/**
 * Makes a form out of what people have at hand: a curl command, the body of `POST /v1/credentials`, a service
 * account's key file, the metadata of an authorization server (RFC 8414), or members of the usual names.
 */
export function readPasted(pasted: string): PasteResult {
  const trimmed = pasted.trim()
  if (trimmed === '') return { problem: 'Paste something first.' }
  if (/^(\$\s*)?curl\s/.test(trimmed)) return readCurl(trimmed)
  let value: unknown
  try {
    value = JSON.parse(trimmed)
  } catch {
    return { problem: 'This is neither a curl command nor JSON.' }
  }
  if (!isObject(value)) return { problem: 'The JSON is no object.' }
  return readCredential(value) ?? readServiceAccount(value) ?? readMetadata(value) ?? readMembers(value)
}

/** What `bursar credential get -o json` prints, or the body of a new credential. */
function readCredential({
  recipe,
  secrets,
  name,
  destinations,
  environment,
  labels,
}: Json): PasteResult | null {
  if (!isObject(recipe)) return null
  const kind = kindOfGrant(String(recipe.grant))
  if (kind === undefined) return { problem: `There is no grant “${String(recipe.grant)}”.` }
  const isTold = (value: unknown) => typeof value === 'string' || (isObject(value) && 'from' in value)
  const told = Object.entries(isObject(secrets) ? secrets : {}).filter(([, value]) => isTold(value))
  const scope = Array.isArray(recipe.scope) ? { scope: recipe.scope.join(' ') } : {}
  const draft: CredentialDraft = { recipe: { ...recipe, ...scope }, secrets: Object.fromEntries(told) }
  if (text(name)) draft.name = String(name)
  if (Array.isArray(destinations)) draft.destinations = destinations
  if (text(environment)) draft.environment = String(environment)
  if (isObject(labels)) draft.labels = labels as Record<string, string>
  return { kind: kind.id, draft, notes: [] }
}

/** A key file as Google hands it out. */
function readServiceAccount(value: Json): PasteResult | null {
  const [issuer, key] = [text(value.client_email), text(value.private_key)]
  if (issuer === undefined || key === undefined) return null
  const tokenUrl = text(value.token_uri) ?? ''
  const keyId = text(value.private_key_id)
  return {
    kind: 'jwt_bearer',
    draft: {
      recipe: {
        grant: 'jwt_bearer',
        issuer,
        audience: tokenUrl,
        token_url: tokenUrl,
        alg: 'RS256',
        ...(keyId !== undefined && { key_id: keyId }),
      },
      secrets: { private_key: key },
    },
    notes: ['It names no scope: a service account is asked for one as the claim “scope”.'],
  }
}

/** What stands at `/.well-known/openid-configuration`. */
function readMetadata(value: Json): PasteResult | null {
  const tokenUrl = text(value.token_endpoint)
  if (tokenUrl === undefined || text(value.issuer) === undefined) return null
  const authorizationUrl = text(value.authorization_endpoint)
  const revocationUrl = text(value.revocation_endpoint)
  const grants = Array.isArray(value.grant_types_supported) ? value.grant_types_supported : []
  const isMachine = authorizationUrl === undefined || grants.includes('client_credentials')
  const common = { token_url: tokenUrl, ...(revocationUrl && { revocation_url: revocationUrl }) }
  return isMachine
    ? {
        kind: 'client_credentials',
        draft: {
          recipe: { grant: 'client_credentials', client_auth: 'client_secret_basic', ...common },
          secrets: {},
        },
        notes: ['Addresses of the server are filled in; it knows the client credentials grant.'],
      }
    : {
        kind: 'on_behalf',
        draft: {
          recipe: { grant: 'authorization_code', authorization_url: authorizationUrl, ...common },
          secrets: {},
        },
        notes: ['Addresses of the server are filled in; it wants a person to sign in.'],
      }
}

/** Members by the names that settings files use. */
function readMembers(value: Json): PasteResult {
  const clientId = firstOf(value, 'client_id', 'clientId', 'clientID', 'appId', 'CLIENT_ID')
  const secret = firstOf(value, 'client_secret', 'clientSecret', 'password', 'CLIENT_SECRET')
  const tokenUrl = firstOf(
    value,
    'token_url',
    'tokenUrl',
    'token_uri',
    'token_endpoint',
    'tokenEndpoint',
    'TOKEN_URL',
  )
  if (clientId === undefined && tokenUrl === undefined) {
    const kinds = KINDS.filter(({ common }) => common).length
    return { problem: `Nothing in it looks like a credential. Choose one of the ${kinds} kinds instead.` }
  }
  const scope = firstOf(value, 'scope', 'scopes', 'SCOPE')
  return {
    kind: 'client_credentials',
    draft: {
      recipe: {
        grant: 'client_credentials',
        client_auth: 'client_secret_basic',
        ...(clientId !== undefined && { client_id: clientId }),
        ...(tokenUrl !== undefined && { token_url: tokenUrl }),
        ...(scope !== undefined && { scope }),
      },
      secrets: secret === undefined ? {} : { client_secret: secret },
    },
    notes: [],
  }
}

let waiting: { kind: string; draft: CredentialDraft } | null = null

/** Hands a draft to the form of its kind, in memory: secrets stand in it. */
export function keepPasted(kind: string, draft: CredentialDraft): void {
  waiting = { kind, draft }
}

export const takePasted = (kind: string): CredentialDraft | undefined =>
  waiting?.kind === kind ? waiting.draft : undefined

export function forgetPasted(): void {
  waiting = null
}
