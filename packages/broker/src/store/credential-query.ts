export interface CredentialQuery {
  workspaceId: string
  status?: string
  provider?: string
  environment?: string
  /** Part of the name, or of a label's value; case-insensitive. */
  q?: string
  grant?: string
  /** One that has this label; with this value when it is not null. */
  label?: { name: string; value: string | null }
  /** Tokens that end before. */
  expiringBefore?: number
  /** `name` when absent. Tokens without a known end come last. */
  sort?: { by: CredentialOrder; descending: boolean }
  /** The last name of the page before. */
  after?: string
  /** What the page before was sorted by, of its last row; absent for `name`. */
  afterValue?: string | number
  limit: number
}
export type CredentialOrder =
  | 'name'
  | 'status'
  | 'expires_at'
  | 'refresh_due_at'
  | 'updated_at'
  | 'created_at'

/** How many credentials share these four. */
export interface CredentialGroup {
  status: string
  grant: string
  provider: string | null
  environment: string | null
  credentials: number
}
