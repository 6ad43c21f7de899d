/** Where sealed values stand: the column, and what beside the workspace tells its row. */
export const SEALED_COLUMNS = {
  'credentials.sealed_secrets': ['id'],
  'tokens.sealed': ['credential_id'],
  'tokens.journal': ['credential_id'],
  'authorizations.sealed': ['state_hash'],
  'documents.sealed': ['door', 'kind', 'id'],
} as const satisfies Record<string, readonly string[]>
