import { BursarError } from '@bursar/domain/error.ts'
import type { OutsideReference } from '@bursar/domain/outside-reference.ts'
import type { Secret } from '@bursar/domain/secret.ts'
import { hasRolesClaim, type RoleMapping, rolesOfClaims } from '@bursar/domain/sign-on-roles.ts'
import * as oidc from 'openid-client'
import type { OutboundFetch } from '../../outbound/fetch.ts'
import { auditEntry } from '../audit.ts'
import type { Ports } from '../ports.ts'
import type { NewSession, SessionsHandle, SignInFacts } from './sessions.ts'

export interface SignOnSettings {
  issuer: string
  clientId: string
  clientSecret: Secret | OutsideReference | null
  scopes: string
  rolesClaim: string
  roles: RoleMapping
}

/** Signing in through an OpenID Connect provider: authorization code flow with PKCE (RFC 7636), state and nonce. */
export interface SingleSignOn {
  /** Where the browser goes, and what it has to bring back. */
  begin(returnTo: string | null): Promise<{ url: string; ticket: string; maxAgeSeconds: number }>
  /** The browser is back. */
  complete(
    query: string,
    ticket: string | null,
    from: SignInFacts,
  ): Promise<{ opened: NewSession; returnTo: string }>
}

type SignOnPorts = Pick<Ports, 'envelope' | 'sources' | 'clock' | 'log' | 'store'> & {
  fetch: OutboundFetch
  sessions: Pick<SessionsHandle, 'signInPerson'>
  consoleUrl: () => string
  /** Plain http is allowed to this machine; the fence lets it go nowhere else. */
  insecureHttp: boolean
}

interface Ticket {
  state: string
  nonce: string
  verifier: string
  returnTo: string
  endsAt: number
}

const WORKSPACE = 'default'
const PLACE = { workspaceId: WORKSPACE, table: 'console', row: 'single-sign-on', column: 'ticket' }
const TICKET_SECONDS = 600
/** The provider's keys and addresses are read again after this long. */
const KNOWN_SECONDS = 3_600
const CLOCK_TOLERANCE_SECONDS = 30

export const CALLBACK_PATH = '/console/sso/callback'
const START = '/console/'

export function createSingleSignOn(ports: SignOnPorts, settings: SignOnSettings): SingleSignOn {
  const { envelope, clock, log } = ports
  let known: { config: Promise<oidc.Configuration>; at: number } | null = null

  async function configure(): Promise<oidc.Configuration> {
    const { clientSecret, clientId } = settings
    const secret =
      clientSecret === null || 'reveal' in clientSecret
        ? clientSecret
        : await ports.sources.resolve(clientSecret)
    const options: oidc.DiscoveryRequestOptions = {
      [oidc.customFetch]: ports.fetch as never,
      ...(ports.insecureHttp && { execute: [oidc.allowInsecureRequests] }),
    }
    const found = await oidc.discovery(new URL(settings.issuer), clientId, undefined, oidc.None(), options)
    const server = found.serverMetadata()
    // RFC 8414 §2: without a word on it, a provider takes client_secret_basic.
    const methods = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic']
    const text = secret?.reveal()
    const auth =
      text === undefined
        ? oidc.None()
        : methods.includes('client_secret_basic')
          ? oidc.ClientSecretBasic(text)
          : oidc.ClientSecretPost(text)
    const metadata = { [oidc.clockTolerance]: CLOCK_TOLERANCE_SECONDS }
    const config = new oidc.Configuration(server, clientId, metadata, auth)
    config[oidc.customFetch] = ports.fetch as never
    if (ports.insecureHttp) oidc.allowInsecureRequests(config)
    return config
  }

  async function configuration(): Promise<oidc.Configuration> {
    const now = clock.now()
    if (known === null || now - known.at > KNOWN_SECONDS) {
      const config = configure()
      known = { config, at: now }
      config.catch(() => {
        known = null
      })
    }
    try {
      return await known.config
    } catch (error) {
      throw asSignOnError(
        error,
        'The identity provider could not be reached, or does not say what it offers.',
      )
    }
  }

  function asSignOnError(error: unknown, detail: string): BursarError {
    if (error instanceof BursarError) return error
    const { name, message, code } = error as Error & { code?: string }
    log.warn('sign_on_failed', { error: name, code: code ?? null, detail: message.slice(0, 300) })
    return new BursarError('sign_on.failed', { detail, hint: 'The log of the server says more.' })
  }

  function readTicket(sealed: string | null): Ticket {
    const over = new BursarError('sign_on.expired', {
      detail: 'This sign-in was not begun here, or too long ago.',
      hint: 'Begin again.',
    })
    if (sealed === null) throw over
    let ticket: Ticket
    try {
      ticket = JSON.parse(envelope.open(PLACE, Buffer.from(sealed, 'base64url'))) as Ticket
    } catch {
      throw over
    }
    if (ticket.endsAt <= clock.now()) throw over
    return ticket
  }

  async function claimsOf(
    config: oidc.Configuration,
    current: URL,
    ticket: Ticket,
  ): Promise<Record<string, unknown> & { sub: string }> {
    try {
      const tokens = await oidc.authorizationCodeGrant(config, current, {
        pkceCodeVerifier: ticket.verifier,
        expectedState: ticket.state,
        expectedNonce: ticket.nonce,
        idTokenExpected: true,
      })
      const claims = tokens.claims()!
      const knowsMore = config.serverMetadata().userinfo_endpoint !== undefined
      if (hasRolesClaim(claims, settings.rolesClaim) || !knowsMore) return claims
      return { ...claims, ...(await oidc.fetchUserInfo(config, tokens.access_token, claims.sub)) }
    } catch (error) {
      if (error instanceof oidc.AuthorizationResponseError) {
        throw new BursarError('sign_on.refused', {
          detail: `The identity provider refused: ${printable(error.error)}.`,
          hint: 'Ask whoever runs it, or sign in with a key.',
        })
      }
      throw asSignOnError(error, 'The answer of the identity provider does not hold.')
    }
  }

  return {
    async begin(returnTo) {
      const config = await configuration()
      const verifier = oidc.randomPKCECodeVerifier()
      const ticket: Ticket = {
        state: oidc.randomState(),
        nonce: oidc.randomNonce(),
        verifier,
        returnTo: ownPath(returnTo),
        endsAt: clock.now() + TICKET_SECONDS,
      }
      const url = oidc.buildAuthorizationUrl(config, {
        redirect_uri: ports.consoleUrl() + CALLBACK_PATH,
        scope: settings.scopes,
        state: ticket.state,
        nonce: ticket.nonce,
        code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
      })
      const sealed = Buffer.from(envelope.seal(PLACE, JSON.stringify(ticket))).toString('base64url')
      return { url: url.href, ticket: sealed, maxAgeSeconds: TICKET_SECONDS }
    },

    async complete(query, sealed, from) {
      const ticket = readTicket(sealed)
      const config = await configuration()
      const current = new URL(ports.consoleUrl() + CALLBACK_PATH + query)
      const claims = await claimsOf(config, current, ticket)
      const name = nameOf(claims)
      const id = `sso:${claims.sub}`
      const roles = rolesOfClaims(claims, settings.rolesClaim, settings.roles)
      if (roles.length === 0) {
        const at = { workspaceId: WORKSPACE, id }
        await ports.store.audit.append(auditEntry(at, clock.now(), 'session.refuse', id, { name }))
        throw new BursarError('sign_on.no_role', {
          detail: `${name} signed in, but nothing gives them a role here.`,
          hint: `An administrator maps a value of the claim "${settings.rolesClaim}" to a role: BURSAR_SSO_ROLES.`,
        })
      }
      const opened = await ports.sessions.signInPerson({ kind: 'person', id, name, roles }, from)
      return { opened, returnTo: ticket.returnTo }
    },
  }
}

/** A page of the console; anything else, such as another host behind two slashes, becomes the first page. */
function ownPath(path: string | null): string {
  const base = 'http://console.invalid'
  const url = path === null ? null : URL.parse(path, base)
  if (url === null || url.origin !== base || !url.pathname.startsWith(START)) return START
  return url.pathname + url.search
}

const printable = (text: string): string => text.replace(/[^\x20-\x7e]/g, '?').slice(0, 100)

function nameOf(claims: Record<string, unknown> & { sub: string }): string {
  const names = [claims.email, claims.preferred_username, claims.name, claims.sub]
  return printable(names.find((name) => typeof name === 'string' && name !== '') as string)
}
