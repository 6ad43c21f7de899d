import { z } from 'zod'
import { parseScope } from './access.ts'
import type { Problem } from './error.ts'
import { problemsOfIssues } from './schema-problem.ts'

const scope = z.string().superRefine((text, context) => {
  const checked = parseScope(text)
  if ('problem' in checked) context.addIssue({ code: 'custom', message: checked.problem })
})

const unixSeconds = (instant: string): number => Math.floor(Date.parse(instant) / 1000)

/** Each member is judged by itself, so that what is wrong with one hides nothing of the others. */
const callerInput = (now: number) =>
  z.strictObject({
    name: z.string().min(1).max(100),
    scopes: z.array(scope).min(1),
    /** ISO 8601 with a zone. */
    expires_at: z.iso
      .datetime({ offset: true, abort: true })
      .refine((instant) => unixSeconds(instant) > now, 'The key would have expired already.')
      .nullable()
      .default(null),
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
  const schema = callerInput(now)
  const parsed = schema.safeParse(body)
  if (!parsed.success) return { problems: problemsOfIssues(parsed.error.issues, schema, '') }
  const { name, scopes, expires_at } = parsed.data
  return { input: { name, scopes, expiresAt: expires_at === null ? null : unixSeconds(expires_at) } }
}
