/** Which rule said when a token ends (shown to people, so that a wrong end can be explained). */
export type ExpirySource = 'response' | 'jwt' | 'introspection' | 'learned' | 'default' | 'none'

/** When a token was had, when it ends, when it is replaced. Unix seconds; null is "no known end". */
export interface TokenTimes {
  issuedAt: number
  expiresAt: number | null
  expiresFrom: ExpirySource
  refreshDueAt: number | null
}
