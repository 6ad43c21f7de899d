import { z } from 'zod'
import { parseScope } from './access.ts'
import type { Problem } from './error.ts'
import { problem } from './problem.ts'
import { problemsOfIssues } from './schema-problem.ts'

const callerInput = z.strictObject({
  name: z.string().min(1).max(100),
  scopes: z.array(z.string()).min(1),
  /** ISO 8601 with a zone. */
  expires_at: z.iso.datetime({ offset: true }).nullable().default(null),
})

export interface CallerInput {
  name: string
  scopes: readonly string[]
  /** Unix seconds. */
  expiresAt: number | null
}

/** Parses the body that makes an API key; every problem at once. */
export function parseCallerInput(
  body: unknown,
  now: number,
): { input: CallerInput } | { problems: readonly Problem[] } {
  const parsed = callerInput.safeParse(body)
  const problems: Problem[] = parsed.success ? [] : problemsOfIssues(parsed.error.issues, callerInput, '')
  if (!parsed.success) return { problems }
  for (const [index, scope] of parsed.data.scopes.entries()) {
    const checked = parseScope(scope)
    if ('problem' in checked) problems.push(problem(`/scopes/${index}`, 'field.invalid', checked.problem))
  }
  const { name, scopes, expires_at } = parsed.data
  const expiresAt = expires_at === null ? null : Math.floor(Date.parse(expires_at) / 1000)
  if (expiresAt !== null && expiresAt <= now) {
    problems.push(problem('/expires_at', 'field.invalid', 'The key would have expired already.'))
  }
  return problems.length === 0 ? { input: { name, scopes, expiresAt } } : { problems }
}
