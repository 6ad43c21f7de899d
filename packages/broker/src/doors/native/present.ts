import { presentInstant, presentInstantOrNull } from '@bursar/domain/api/wire/instant.ts'
import type { SecretFacts } from '@bursar/domain/credential.ts'
import type { DestinationRule } from '@bursar/domain/destination-rule.ts'
import { display, type Reason } from '@bursar/domain/state.ts'
import type { ConnectLink } from '../../operations/connect/link.ts'
import type {
  CredentialView,
  Explanation,
  Operations,
  Page,
  ProviderView,
  StatusReport,
  TokenHandout,
} from '../../operations/operations.ts'
import type { AuditRow, CallerRow, ExchangeRow } from '../../store/store.ts'

export function presentCredential({ credential, token, lastExchange }: CredentialView, now: number) {
  return {
    id: credential.id,
    name: credential.name,
    status: credential.status,
    display_status: display(credential, token, now),
    revision: credential.revision,
    reason: credential.reason && presentReason(credential.reason),
    provider: credential.provider && {
      name: credential.provider.name,
      version: credential.provider.version,
    },
    recipe: credential.recipe,
    secrets: presentSecrets(credential.secrets),
    destinations: credential.destinations.map(presentDestination),
    environment: credential.environment,
    labels: credential.labels,
    token: token.version === 0 ? null : presentTokenFacts(token),
    last_exchange: lastExchange && presentExchange(lastExchange),
    created_at: presentInstant(credential.createdAt),
    updated_at: presentInstant(credential.updatedAt),
  }
}

/** That they are set, never what they are. */
const presentSecrets = (secrets: Readonly<Record<string, SecretFacts>>) =>
  Object.fromEntries(
    Object.entries(secrets).map(([name, { updatedAt, reference }]) => [
      name,
      { set: true, updated_at: presentInstant(updatedAt), ...(reference && { reference }) },
    ]),
  )

export function presentReason({ code, detail, since, mender, exchangeId, hint, retries }: Reason) {
  return {
    code,
    detail,
    since: presentInstant(since),
    ...(exchangeId !== undefined && { exchange_id: exchangeId }),
    who: mender,
    ...(hint !== undefined && { hint }),
    ...(retries && { retries: { left: retries.left, last_at: presentInstant(retries.lastAt) } }),
  }
}

function presentTokenFacts(token: CredentialView['token']) {
  return {
    version: token.version,
    type: token.tokenType,
    issued_at: presentInstantOrNull(token.issuedAt),
    expires_at: presentInstantOrNull(token.expiresAt),
    expires_from: token.expiresFrom,
    refresh_due_at: presentInstantOrNull(token.refreshDueAt),
  }
}

/** As it was written. */
export function presentDestination({ url, methods }: DestinationRule) {
  return methods === null ? url : { url, methods }
}

/** The one place where a token leaves through the API. */
export function presentToken({ accessToken, tokenType, expiresAt, version, outputs }: TokenHandout) {
  const others = Object.entries(outputs)
  return {
    access_token: accessToken.reveal(),
    token_type: tokenType,
    expires_at: presentInstantOrNull(expiresAt),
    version,
    ...(others.length > 0 && {
      outputs: Object.fromEntries(others.map(([name, value]) => [name, value.reveal()])),
    }),
  }
}

export function presentExchange(row: ExchangeRow) {
  return {
    ...row.record,
    id: row.id,
    credential: row.credentialName,
    started_at: presentInstant(row.startedAt),
    duration_ms: row.durationMs,
    trigger: row.trigger,
    kind: row.kind,
  }
}

export function presentExplanation({ allowed, rule, reasons }: Explanation) {
  return { allowed, ...(rule && { rule: presentDestination(rule) }), reasons }
}

export function presentAuthorization(authorization: Awaited<ReturnType<Operations['authorize']>>) {
  const { authorizationUrl, expiresAt, userCode, verificationUri } = authorization
  return {
    authorization_url: authorizationUrl,
    expires_at: presentInstant(expiresAt),
    ...(userCode !== undefined && { user_code: userCode }),
    ...(verificationUri !== undefined && { verification_uri: verificationUri }),
  }
}

export function presentProvider(provider: ProviderView) {
  const { name, version, title, description, recipe, secrets, createdAt } = provider
  return {
    name,
    version,
    title,
    description,
    recipe,
    secrets: presentSecrets(secrets),
    created_at: presentInstant(createdAt),
  }
}

export function presentConnectLink(link: ConnectLink, now: number) {
  const { id, provider, credential, expiresAt, usedAt, createdAt } = link
  return {
    id,
    provider,
    credential,
    status: usedAt !== null ? 'used' : expiresAt <= now ? 'expired' : 'open',
    expires_at: presentInstant(expiresAt),
    used_at: presentInstantOrNull(usedAt),
    created_at: presentInstant(createdAt),
  }
}

export function presentCaller(row: CallerRow) {
  return {
    id: row.id,
    name: row.name,
    scopes: row.scopes,
    expires_at: presentInstantOrNull(row.expiresAt),
    last_used_at: presentInstantOrNull(row.lastUsedAt),
    created_at: presentInstant(row.createdAt),
  }
}

export function presentAudit({ seq, at, actor, action, subject, detail, hash }: AuditRow) {
  return { seq, at: presentInstant(at), actor, action, subject, detail, hash }
}

export function presentStatus(report: StatusReport) {
  return {
    status: report.status,
    version: report.version,
    node_id: report.nodeId,
    engine: report.engine,
    database_age_seconds: report.databaseAgeSeconds,
    credentials: report.credentials,
    spooled: report.spooled,
  }
}

/** A list that is not paged is one page. */
export function presentPage<T, W>(page: Page<T> | readonly T[], present: (item: T) => W) {
  const { items, nextCursor } = 'items' in page ? page : { items: page, nextCursor: null }
  return { items: items.map(present), next_cursor: nextCursor }
}
