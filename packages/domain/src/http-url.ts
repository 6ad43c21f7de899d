import { z } from 'zod'
import { parseTarget } from './target-url.ts'

/** What is wrong with the address of a token or authorization endpoint; undefined when nothing is. */
export function httpUrlProblem(url: string): { detail: string; hint?: string } | undefined {
  const parsed = parseTarget(url)
  const hint = 'Write an absolute URL that begins with https://.'
  if ('target' in parsed && /^https?$/.test(parsed.target.scheme)) return undefined
  if ('target' in parsed || parsed.problem.code === 'url.scheme')
    return { detail: 'The scheme is not https.', hint }
  return { detail: parsed.problem.detail, hint }
}

/** An absolute http or https URL without user name and fragment; whether http may be used is the broker's to say. */
export const httpUrl = z.string().superRefine((url, context) => {
  const found = httpUrlProblem(url)
  if (found) context.addIssue({ code: 'custom', message: found.detail, params: { hint: found.hint } })
})
