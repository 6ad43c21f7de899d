import { BursarError } from '@bursar/domain/error.ts'
import type { CredentialRow, ExchangeRow, TokenRow } from '../store/store.ts'
import type { CredentialView } from './operations.ts'
import type { Ports } from './ports.ts'

export function viewCredential(
  row: CredentialRow,
  token: TokenRow,
  lastExchange: ExchangeRow | null,
): CredentialView {
  const { sealedSecrets: _secrets, ...credential } = row
  const { sealed: _sealed, journal: _journal, ...facts } = token
  return { credential, token: facts, lastExchange }
}

export const notFound = (name: string): BursarError =>
  new BursarError('credential.not_found', {
    detail: `There is no credential named "${name}".`,
    hint: 'List them: bursar credential list.',
  })

/** The credential with its token facts as they are now; throws `credential.not_found`. */
export async function loadView(
  { store }: Pick<Ports, 'store'>,
  workspaceId: string,
  name: string,
): Promise<CredentialView> {
  const row = await store.credentials.get(workspaceId, name)
  if (row === undefined) throw notFound(name)
  const [token, last] = await Promise.all([
    store.tokens.get(workspaceId, row.id),
    store.exchanges.last(workspaceId, row.id),
  ])
  if (token === undefined) throw notFound(name)
  return viewCredential(row, token, last ?? null)
}
