import { z } from 'zod'
import type { Problem } from '../error.ts'
import { problem } from '../problem.ts'
import { problemsOfIssues } from '../schema-problem.ts'
import { secretInput } from '../secret-input.ts'
import { type AppPage, compatPage, fixedClaims, issuingName, scopeToken, standardPage } from './app-page.ts'

type Parsed<T> = { input: T } | { problems: readonly Problem[] }

/** Checks a value with a schema; every problem at once. */
export function parseBody<S extends z.ZodType>(schema: S, body: unknown): Parsed<z.output<S>> {
  const parsed = schema.safeParse(body)
  return parsed.success
    ? { input: parsed.data }
    : { problems: problemsOfIssues(parsed.error.issues, schema, '') }
}

export const appPageInput = z.discriminatedUnion('mode', [
  standardPage.extend({ name: issuingName }),
  compatPage.safeExtend({ name: issuingName }),
])
export type AppPageInput = z.output<typeof appPageInput>

/** Parses the body that makes a page; `standard` unless it says otherwise. */
export function parseAppPageInput(body: unknown): Parsed<AppPageInput> {
  const isPlain = typeof body === 'object' && body !== null && !('mode' in body)
  const whole = isPlain ? { mode: 'standard', ...body } : body
  const mode = (whole as { mode?: unknown } | null)?.mode
  // The schema of the mode that was meant names faults better than the union of both.
  if (mode === 'standard') return parseBody(appPageInput.options[0], whole)
  if (mode === 'compat') return parseBody(appPageInput.options[1], whole)
  return { problems: [problem('/mode', 'field.invalid', 'A page has the mode standard or compat.')] }
}

/** RFC 6749 appendix A.1 allows blanks as well, which nobody could tell from a mistake. */
export const clientId = z.string().regex(/^[\x21-\x7e]{1,200}$/, 'Visible ASCII characters, 200 at most.')

const members = {
  title: z.string().max(200).nullable().default(null),
  grant_types: z.array(z.string().min(1).max(200)).min(1).max(20).default(['client_credentials']),
  signing_secret: secretInput
    .optional()
    .describe('Signs the JWTs of an app whose page is `compat` and names no signing key'),
  scopes: z
    .array(scopeToken)
    .max(200)
    .default([])
    .describe('What it may ask for; all of it when it asks for none'),
  claims: fixedClaims.default({}),
  enabled: z.boolean().default(true),
}

export const appInput = z.strictObject({
  client_id: clientId.optional().describe('Made when absent'),
  client_secret: z
    .string()
    .min(8, 'A client secret has at least 8 characters.')
    .max(1024)
    .optional()
    .describe('One that exists already; better left out, so that a random one is made and shown once'),
  ...members,
})
export type AppInput = z.output<typeof appInput>

/** What a merge patch (RFC 7396) may change. Null takes a member back to what it is without; a secret is replaced only. */
export const appPatch = z
  .strictObject({
    ...members,
    grant_types: members.grant_types.nullable(),
    scopes: members.scopes.nullable(),
    claims: members.claims.nullable(),
    enabled: members.enabled.nullable(),
  })
  .partial()

/** What is kept of an app besides its secrets. */
export type AppConfig = Pick<AppInput, 'title' | 'grant_types' | 'scopes' | 'claims' | 'enabled'>

export const secretRotation = z.strictObject({
  client_secret: appInput.shape.client_secret,
  overlap_seconds: z
    .int()
    .min(0)
    .max(31_536_000)
    .default(86_400)
    .describe('How long the secrets before it are still taken'),
})

export const signingSecretRotation = z.strictObject({
  signing_secret: secretInput.describe('Signs from now on: a value, or a reference to where it lives'),
  overlap_seconds: z
    .int()
    .min(0)
    .max(31_536_000)
    .default(86_400)
    .describe('How long what was signed with the secrets before it still holds where Bursar verifies'),
})

/** What an app can not have on this page. */
export function appProblems(
  page: AppPage,
  input: Pick<AppInput, 'signing_secret' | 'grant_types'>,
  hasSigningSecret: boolean,
): Problem[] {
  const problems: Problem[] = []
  const wantsSecret = page.mode === 'compat' && page.signing_key === null
  if (wantsSecret && !hasSigningSecret) {
    problems.push(
      problem('/signing_secret', 'secret.missing', 'The page signs by GetJWT with a secret of the app.'),
    )
  }
  if (!wantsSecret && input.signing_secret !== undefined) {
    const hint = 'Leave it out.'
    problems.push(
      problem('/signing_secret', 'secret.unexpected', 'The page signs with its signing key.', hint),
    )
  }
  const grant =
    page.mode === 'standard' ? input.grant_types.findIndex((type) => type !== 'client_credentials') : -1
  if (grant >= 0) {
    const detail = 'A page in standard mode knows the grant client_credentials.'
    problems.push(problem(`/grant_types/${grant}`, 'field.invalid', detail))
  }
  return problems
}
