import type { NoRegistration, Registration } from '@bursar/domain/reactor/secrets/secret-type.ts'
import { SETTINGS, type Settings } from './settings-table.ts'

/** The registration with Google, or the settings that it lacks. */
export function googleRegistration(settings: Settings): Registration | NoRegistration {
  const { reactorGoogleClientId: clientId, reactorGoogleClientSecret: clientSecret } = settings
  const missing = [
    ...(clientId === null ? [SETTINGS.reactorGoogleClientId.env] : []),
    ...(clientSecret === null ? [SETTINGS.reactorGoogleClientSecret.env] : []),
  ]
  if (clientId === null || clientSecret === null) return { missing }
  return {
    authorizationUrl: settings.reactorGoogleAuthorizationUrl,
    tokenUrl: settings.reactorGoogleTokenUrl,
    clientId,
    clientSecret: clientSecret.reveal(),
  }
}
