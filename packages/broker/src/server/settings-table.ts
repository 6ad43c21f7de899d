import type { OutsideReference } from '@bursar/domain/outside-reference.ts'
import { Secret } from '@bursar/domain/secret.ts'
import { secretInput } from '@bursar/domain/secret-input.ts'
import { parseRoleMapping, type RoleMapping } from '@bursar/domain/sign-on-roles.ts'
import ipaddr from 'ipaddr.js'
import { LOG_FORMATS, LOG_LEVELS } from './log.ts'
import { define, integer, list, oneOf, text, url } from './setting.ts'
import { SOURCE_SETTINGS } from './source-settings.ts'

const networks = (raw: string): readonly string[] => {
  const entries = list(raw)
  const wrong = entries.find((entry) => !ipaddr.isValid(entry) && !ipaddr.isValidCIDR(entry))
  if (wrong !== undefined) throw new Error(`"${wrong}" is neither an address nor a CIDR.`)
  return entries
}

const databaseUrl = (raw: string): Secret => {
  if (!/^postgres(ql)?:\/\//.test(raw)) throw new Error('It has to begin with postgres://.')
  return new Secret(raw)
}

const adminKey = (raw: string): Secret => {
  if (raw.length < 8 || /[^\x21-\x7e]/.test(raw)) {
    throw new Error('It has to have at least 8 visible ASCII characters; better: bsr_<id>_<secret>.')
  }
  return new Secret(raw)
}

/** A secret as it is, or the JSON of a reference to one. */
const secretOrReference = (raw: string): Secret | OutsideReference => {
  if (!raw.trimStart().startsWith('{')) return new Secret(raw)
  const { data } = secretInput.safeParse(parseJsonText(raw))
  if (typeof data === 'object' && data.from !== 'provider') return data
  throw new Error('It begins like JSON but is no reference to a secret, such as {"from":"env","name":"…"}.')
}

const parseJsonText = (raw: string): unknown => {
  try {
    return JSON.parse(raw)
  } catch {
    return undefined
  }
}

export interface Address {
  host: string
  port: number
}
const address = (raw: string): Address => {
  const [, host, port] = /^(.+):(\d{1,5})$/.exec(raw) ?? []
  if (host === undefined || Number(port) > 65535) throw new Error(`"${raw}" is not host:port.`)
  return { host: host.replace(/^\[(.*)\]$/, '$1'), port: Number(port) }
}

/** Every setting. A new one is an entry here: flags, `bursar settings` and docs/settings.md follow. */
export const SETTINGS = {
  dataDir: define({
    flag: 'data-dir',
    env: 'BURSAR_DATA_DIR',
    default: './bursar-data',
    description: 'Folder of the embedded database, the key ring and the spool.',
    parse: text,
  }),
  databaseUrl: define<Secret | null>({
    flag: null,
    env: 'BURSAR_DATABASE_URL',
    default: null,
    description: 'postgres://… instead of the embedded database; for more than one node.',
    parse: databaseUrl,
  }),
  host: define({
    flag: 'host',
    env: 'BURSAR_HOST',
    default: '127.0.0.1',
    description: 'Address of the single listener.',
    parse: text,
  }),
  port: define({
    flag: 'port',
    env: 'BURSAR_PORT',
    default: 8787,
    description: 'Port of the single listener; 0 takes a free one.',
    parse: integer(0, 65535),
  }),
  dataListen: define<Address | null>({
    flag: 'data-listen',
    env: 'BURSAR_DATA_LISTEN',
    default: null,
    description: 'host:port of its own for token API, proxy and forward-auth.',
    parse: address,
  }),
  adminListen: define<Address | null>({
    flag: 'admin-listen',
    env: 'BURSAR_ADMIN_LISTEN',
    default: null,
    description: 'host:port of its own for the REST API and the console.',
    parse: address,
  }),
  publicListen: define<Address | null>({
    flag: 'public-listen',
    env: 'BURSAR_PUBLIC_LISTEN',
    default: null,
    description: 'host:port of its own for consent callbacks, token pages and JWKS.',
    parse: address,
  }),
  workers: define({
    flag: 'workers',
    env: 'BURSAR_WORKERS',
    default: 1,
    description: 'Processes that share the listeners; reads scale with them, each has memory of its own.',
    parse: integer(1, 64),
  }),
  publicUrl: define<string | null>({
    flag: 'public-url',
    env: 'BURSAR_PUBLIC_URL',
    default: null,
    description: 'Base of consent callbacks and issuers as others reach it; the listener when absent.',
    parse: url,
  }),
  trustedProxies: define<readonly string[]>({
    flag: 'trusted-proxies',
    env: 'BURSAR_TRUSTED_PROXIES',
    default: [],
    description: 'Comma-separated addresses and CIDRs of proxies whose X-Forwarded-For token pages believe.',
    parse: networks,
  }),
  adminKey: define<Secret | null>({
    flag: null,
    env: 'BURSAR_ADMIN_KEY',
    default: null,
    description:
      'The first admin key, instead of a random one that is printed once. A value that was never here is let in at a start; one whose caller was deleted never again.',
    parse: adminKey,
  }),
  keyring: define<string | null>({
    flag: 'keyring',
    env: 'BURSAR_KEYRING',
    default: null,
    description: 'file:PATH or env:NAME; keyring.json in the data folder when absent.',
    parse: text,
  }),
  consoleUrl: define<string | null>({
    flag: 'console-url',
    env: 'BURSAR_CONSOLE_URL',
    default: null,
    description: 'Base of the console as browsers reach it; the listener of the admin plane when absent.',
    parse: url,
  }),
  consoleDir: define<string | null>({
    flag: 'console-dir',
    env: 'BURSAR_CONSOLE_DIR',
    default: null,
    description: 'Folder of the built console; that of the package when absent.',
    parse: text,
  }),
  consoleLink: define<'first' | 'always' | 'never'>({
    flag: 'console-link',
    env: 'BURSAR_CONSOLE_LINK',
    default: 'first',
    description: 'When the start prints a link that signs in to the console: first, always or never.',
    parse: oneOf('first', 'always', 'never'),
  }),
  sessionIdleSeconds: define({
    flag: 'session-idle-seconds',
    env: 'BURSAR_SESSION_IDLE_SECONDS',
    default: 3600,
    description: 'A session at the console ends after this long without a request.',
    parse: integer(60, 604_800),
  }),
  sessionSeconds: define({
    flag: 'session-seconds',
    env: 'BURSAR_SESSION_SECONDS',
    default: 43_200,
    description: 'A session at the console ends after this long whatever happens.',
    parse: integer(60, 2_592_000),
  }),
  ssoIssuer: define<string | null>({
    flag: 'sso-issuer',
    env: 'BURSAR_SSO_ISSUER',
    default: null,
    description: 'Issuer of the OpenID Connect provider that people sign in to the console with.',
    parse: url,
  }),
  ssoClientId: define<string | null>({
    flag: 'sso-client-id',
    env: 'BURSAR_SSO_CLIENT_ID',
    default: null,
    description: 'Client id there; its redirect URI is <console URL>/console/sso/callback.',
    parse: text,
  }),
  ssoClientSecret: define<Secret | OutsideReference | null>({
    flag: null,
    env: 'BURSAR_SSO_CLIENT_SECRET',
    default: null,
    description:
      'Client secret there, or where it is kept: {"from":"file","path":"/run/secrets/sso"}. None for a public client.',
    parse: secretOrReference,
  }),
  ssoScopes: define({
    flag: 'sso-scopes',
    env: 'BURSAR_SSO_SCOPES',
    default: 'openid profile email',
    description: 'Scopes to ask for, with spaces between.',
    parse: text,
  }),
  ssoRolesClaim: define({
    flag: 'sso-roles-claim',
    env: 'BURSAR_SSO_ROLES_CLAIM',
    default: 'roles',
    description:
      'Claim of ID token or user info that says roles: a name, or a path such as realm_access.roles.',
    parse: text,
  }),
  ssoRoles: define<RoleMapping>({
    flag: 'sso-roles',
    env: 'BURSAR_SSO_ROLES',
    default: parseRoleMapping('admin=admin,editor=editor,viewer=viewer,auditor=auditor'),
    description: 'Which value of the claim stands for which role, such as admin=ops,editor=crm,viewer=*.',
    parse: parseRoleMapping,
  }),
  ssoTitle: define<string | null>({
    flag: 'sso-title',
    env: 'BURSAR_SSO_TITLE',
    default: null,
    description: 'What the button on the sign-in page names; the host of the issuer when absent.',
    parse: text,
  }),
  outboundAllow: define<readonly string[]>({
    flag: 'outbound-allow',
    env: 'BURSAR_OUTBOUND_ALLOW',
    default: [],
    description: 'Comma-separated CIDRs and hosts that may be reached although private.',
    parse: list,
  }),
  outboundInsecureHttp: define<'loopback' | null>({
    flag: 'outbound-insecure-http',
    env: 'BURSAR_OUTBOUND_INSECURE_HTTP',
    default: null,
    description: '"loopback" allows plain http to this machine, for development.',
    parse: oneOf('loopback'),
  }),
  outboundCa: define<string | null>({
    flag: 'outbound-ca',
    env: 'BURSAR_OUTBOUND_CA',
    default: null,
    description: 'PEM file of further certificate authorities to trust.',
    parse: text,
  }),
  leaseSeconds: define({
    flag: 'lease-seconds',
    env: 'BURSAR_LEASE_SECONDS',
    default: 60,
    description: 'How long a node may hold the right to exchange a credential.',
    parse: integer(2, 3600),
  }),
  upstreamDeadlineSeconds: define({
    flag: 'upstream-deadline-seconds',
    env: 'BURSAR_UPSTREAM_DEADLINE_SECONDS',
    default: 20,
    description: 'How long a token endpoint may take; at most half of the lease.',
    parse: integer(1, 1800),
  }),
  offlineGraceSeconds: define({
    flag: 'offline-grace-seconds',
    env: 'BURSAR_OFFLINE_GRACE_SECONDS',
    default: 900,
    description: 'How long a node that is cut off from its database serves what it holds.',
    parse: integer(0, 86_400),
  }),
  refreshConcurrency: define({
    flag: 'refresh-concurrency',
    env: 'BURSAR_REFRESH_CONCURRENCY',
    default: 256,
    description: 'Exchanges that a node has under way at once.',
    parse: integer(1, 10_000),
  }),
  refreshConcurrencyPerOrigin: define({
    flag: 'refresh-concurrency-per-origin',
    env: 'BURSAR_REFRESH_CONCURRENCY_PER_ORIGIN',
    default: 64,
    description:
      'Refreshes under way at once with one token endpoint origin, of all nodes and workers together: each takes its equal share, one at least.',
    parse: integer(1, 10_000),
  }),
  exchangeRetentionDays: define({
    flag: 'exchange-retention-days',
    env: 'BURSAR_EXCHANGE_RETENTION_DAYS',
    default: 30,
    description: 'How long exchange records and the logs of doors are kept.',
    parse: integer(1, 3650),
  }),
  tokensInMemory: define({
    flag: 'tokens-in-memory',
    env: 'BURSAR_TOKENS_IN_MEMORY',
    default: 200_000,
    description: 'Tokens that a node keeps in memory at most.',
    parse: integer(1, 10_000_000),
  }),
  reactorGoogleAuthorizationUrl: define<string>({
    flag: 'reactor-google-authorization-url',
    env: 'BURSAR_REACTOR_GOOGLE_AUTHORIZATION_URL',
    default: 'https://accounts.google.com/o/oauth2/auth',
    description: 'Where people authorize secrets of type oauth2-google.',
    parse: url,
  }),
  reactorGoogleTokenUrl: define<string>({
    flag: 'reactor-google-token-url',
    env: 'BURSAR_REACTOR_GOOGLE_TOKEN_URL',
    default: 'https://oauth2.googleapis.com/token',
    description: 'Where secrets of type oauth2-google are exchanged.',
    parse: url,
  }),
  reactorGoogleClientId: define<string | null>({
    flag: 'reactor-google-client-id',
    env: 'BURSAR_REACTOR_GOOGLE_CLIENT_ID',
    default: null,
    description: 'Client id of your registration with Google; without it there are no oauth2-google secrets.',
    parse: text,
  }),
  reactorGoogleClientSecret: define<Secret | null>({
    flag: null,
    env: 'BURSAR_REACTOR_GOOGLE_CLIENT_SECRET',
    default: null,
    description: 'Client secret of that registration.',
    parse: (raw) => new Secret(raw),
  }),
  logLevel: define<string>({
    flag: 'log-level',
    env: 'BURSAR_LOG_LEVEL',
    default: 'info',
    description: `One of ${LOG_LEVELS.join(', ')}.`,
    parse: oneOf(...LOG_LEVELS),
  }),
  logFormat: define<string>({
    flag: 'log-format',
    env: 'BURSAR_LOG_FORMAT',
    default: 'auto',
    description: 'json: one JSON line an event; text: for people; auto: text on a terminal, JSON elsewhere.',
    parse: oneOf(...LOG_FORMATS),
  }),
  nodeId: define<string | null>({
    flag: 'node-id',
    env: 'BURSAR_NODE_ID',
    default: null,
    description: 'Name of this node in logs and status; host name and random letters when absent.',
    parse: text,
  }),
  ...SOURCE_SETTINGS,
}

export type SettingName = keyof typeof SETTINGS
export type Settings = { [N in SettingName]: (typeof SETTINGS)[N]['default'] }
