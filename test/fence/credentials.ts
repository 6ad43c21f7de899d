/** What every credential of the fence sends, so that each place where it must not be can be searched. */
export const TOKEN = 'fence-token-51c0ffee'
export const CLIENT_SECRET = 'fence-secret-0b5e55ed'

/** A token that nobody has to be asked for. */
export const staticToken = (name: string, destinations: readonly unknown[]): Record<string, unknown> => ({
  name,
  recipe: { grant: 'static_token' },
  secrets: { token: TOKEN },
  destinations,
})

export const clientCredentials = (
  name: string,
  recipe: Record<string, unknown>,
  destinations: readonly unknown[] = [],
): Record<string, unknown> => ({
  name,
  recipe: { grant: 'client_credentials', client_id: 'client', ...recipe },
  secrets: { client_secret: CLIENT_SECRET },
  destinations,
})

export const deviceCode = (name: string, deviceUrl: string, tokenUrl: string): Record<string, unknown> => ({
  name,
  recipe: {
    grant: 'device_code',
    client_id: 'client',
    device_authorization_url: deviceUrl,
    token_url: tokenUrl,
  },
  secrets: { client_secret: CLIENT_SECRET },
  destinations: [],
})
