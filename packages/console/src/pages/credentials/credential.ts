import type { AnswerOf } from '@bursar/domain/api/table.ts'

/** A credential as the API answers it. */
export type Credential = AnswerOf<'getCredential'>
export type Exchange = AnswerOf<'exchangeCredential'>

export const credentialPath = (name: string, rest = ''): string =>
  `/credentials/${encodeURIComponent(name)}${rest}`

/** What a form makes; the body of `POST /v1/credentials` once what belongs to the form alone is left out. */
export interface CredentialDraft {
  name?: string
  provider?: string
  recipe: Record<string, unknown> & { grant?: string }
  secrets: Record<string, unknown>
  destinations?: Array<string | { url: string; methods: string[] }>
  environment?: string | null
  labels?: Record<string, string>
  /** A password typed a second time. */
  confirm?: string
  /** Somebody said that the server knows no scopes. */
  without_scopes?: boolean
}

/** What is sent of a draft: neither the form's own members nor rows that were left empty. */
export function bodyOf(draft: CredentialDraft): Record<string, unknown> {
  const { confirm: _, without_scopes: __, destinations = [], ...body } = draft
  const filled = destinations.filter((one) => (typeof one === 'string' ? one : one.url).trim() !== '')
  return { ...body, destinations: filled }
}
