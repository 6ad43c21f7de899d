import { credentialNameOf } from '@bursar/domain/reactor/resource-type.ts'
import { authorize } from '../authorize.ts'
import type { Caller } from '../operations.ts'
import type { ReactorPorts } from './ports.ts'

/** How long an authorization URL can be used. */
const AUTHORIZATION_SECONDS = 3_600

/** A URL at which a person consents, to be shown once. */
export async function beginAuthorization(
  ports: ReactorPorts,
  caller: Caller,
  secretId: string,
): Promise<{ url: string; expiresAt: number }> {
  const settings = { ...ports.settings, authorizationSeconds: AUTHORIZATION_SECONDS }
  const begun = await authorize({ ...ports, settings }, caller, credentialNameOf(secretId))
  return { url: begun.authorizationUrl, expiresAt: begun.expiresAt }
}
