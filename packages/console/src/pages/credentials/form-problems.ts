import type { FieldProblem } from '../../api/problem.ts'
import { valueAt } from '../../form/pointer.ts'
import type { CredentialDraft } from './credential.ts'
import { type CredentialKind, MEMBER_TITLES, SECRET_TITLES } from './kinds.ts'

const missing = (path: string, what: string): FieldProblem => ({
  path,
  code: 'field.missing',
  detail: `${what} is required.`,
})

/** What a kind of credential asks for and the draft lacks. Everything else Bursar judges. */
export function lacksOf(
  draft: CredentialDraft,
  kind: CredentialKind,
  secrets: readonly string[],
  { named = true }: { named?: boolean } = {},
): FieldProblem[] {
  const problems: FieldProblem[] = []
  const isEmpty = (path: string) => {
    const value = valueAt(draft, path)
    return value === undefined || value === null || String(value).trim() === ''
  }
  if (named && isEmpty('/name')) problems.push(missing('/name', 'Name'))
  for (const member of kind.required) {
    if (member === 'scope' && draft.without_scopes) continue
    const path = `/recipe/${member}`
    if (isEmpty(path)) problems.push(missing(path, MEMBER_TITLES[member] ?? member))
  }
  for (const secret of secrets) {
    const path = `/secrets/${secret}`
    if (isEmpty(path)) problems.push(missing(path, SECRET_TITLES[secret] ?? secret))
  }
  if (kind.confirms && named && !isEmpty(`/secrets/${kind.confirms}`)) {
    const value = valueAt(draft, `/secrets/${kind.confirms}`)
    if (typeof value === 'string' && value !== draft.confirm) {
      problems.push({ path: '/confirm', code: 'field.invalid', detail: 'The two passwords differ.' })
    }
  }
  return problems
}
