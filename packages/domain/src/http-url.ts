import { z } from 'zod'
import { parseTarget } from './target-url.ts'

/** What is wrong with the address of a token or authorization endpoint; undefined when nothing is. */
export function httpUrlProblem(url: string): { detail: string; hint?: string } | undefined {
  const parsed = parseTarget(url)
  if ('problem' in parsed) {
    return { detail: parsed.problem.detail, hint: 'Write an absolute URL that begins with https://.' }
  }
  if (parsed.target.scheme !== 'https' && parsed.target.scheme !== 'http') {
    return { detail: 'The scheme is not https.', hint: 'Write an absolute URL that begins with https://.' }
  }
  return undefined
}

/** An absolute http or https URL without user name and fragment; whether http may be used is the broker's to say. */
export const httpUrl = z.string().superRefine((url, context) => {
  const found = httpUrlProblem(url)
  if (found) context.addIssue({ code: 'custom', message: found.detail, params: { hint: found.hint } })
})
