import { presentInstant, presentInstantOrNull } from '@bursar/domain/api/wire/instant.ts'
import { isJwtFault, type JwtFault } from '@bursar/domain/issuing/jwt-fault.ts'
import type {
  AppPageView,
  AppView,
  RevocationView,
  SigningKeyView,
} from '../../operations/apps/app-operations.ts'
import type { LoggedRow } from '../../operations/apps/entry-log.ts'

const presentTimes = ({ createdAt, updatedAt }: { createdAt: number; updatedAt: number }) => ({
  created_at: presentInstant(createdAt),
  updated_at: presentInstant(updatedAt),
})

export function presentAppPage(view: AppPageView) {
  const { name, config, issuer } = view
  return {
    name,
    ...config,
    ...(issuer !== null && { issuer }),
    token_path: `/apps/${name}/token`,
    verify_path: `/apps/${name}/verify`,
    ...presentTimes(view),
  }
}

export function presentApp(view: AppView) {
  const { page, clientId, config, clientSecrets, signingSecret, formerSigningSecrets } = view
  return {
    page,
    client_id: clientId,
    ...config,
    client_secrets: clientSecrets.map(({ id, createdAt, endsAt }) => ({
      id,
      created_at: presentInstant(createdAt),
      ends_at: presentInstantOrNull(endsAt),
    })),
    signing_secret: signingSecret && {
      set: true,
      updated_at: presentInstant(signingSecret.updatedAt),
      ...(signingSecret.reference && { reference: signingSecret.reference }),
    },
    former_signing_secrets: formerSigningSecrets.map(({ updatedAt, endsAt, reference }) => ({
      updated_at: presentInstant(updatedAt),
      ends_at: presentInstant(endsAt),
      ...(reference && { reference }),
    })),
    ...presentTimes(view),
  }
}

export function presentSigningKey(view: SigningKeyView) {
  return {
    name: view.name,
    algorithm: view.algorithm,
    keys: view.keys.map(({ kid, status, createdAt, activeAt, retiredAt, endsAt, jwk }) => ({
      kid,
      status,
      created_at: presentInstant(createdAt),
      active_at: presentInstant(activeAt),
      retired_at: presentInstantOrNull(retiredAt),
      ends_at: presentInstantOrNull(endsAt),
      jwk,
    })),
    ...presentTimes(view),
  }
}

export const presentTokenCheck = (checked: { claims: Readonly<Record<string, unknown>> } | JwtFault) =>
  isJwtFault(checked)
    ? { active: false, reason: checked.fault, detail: checked.detail, claims: null }
    : { active: true, reason: null, detail: null, claims: checked.claims }

export const presentRevocation = ({ page, jti, expiresAt, createdAt }: RevocationView) => ({
  page,
  jti,
  expires_at: presentInstant(expiresAt),
  created_at: presentInstant(createdAt),
})

/** A row of a table of a page, its members as the platform names them. */
export const presentEntry = ({ id, at, body }: LoggedRow) => ({ id, at: presentInstant(at), ...body })
