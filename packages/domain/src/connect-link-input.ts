import { z } from 'zod'
import { credentialName, parseCredentialPatch } from './credential-input.ts'
import type { Problem } from './error.ts'
import { isObject } from './json.ts'
import { problemsOfIssues } from './schema-problem.ts'

const DAY_SECONDS = 86_400

/** The body of `POST /v1/providers/{name}/connect-links`. */
export const connectLinkInput = z.strictObject({
  credential: credentialName.describe(
    'The credential that is made, or connected anew, when a person is done.',
  ),
  title: z.string().min(1).max(200).nullish().describe("On the page; the provider's by default."),
  description: z.string().max(2000).nullish().describe("On the page; the provider's by default."),
  destinations: z
    .array(z.union([z.string(), z.strictObject({ url: z.string(), methods: z.array(z.string()).nullish() })]))
    .optional()
    .describe('Where the token may go; it goes nowhere else.'),
  environment: credentialName.nullish(),
  labels: z.record(z.string(), z.string()).optional(),
  expires_in_seconds: z
    .int()
    .min(60)
    .max(30 * DAY_SECONDS)
    .default(DAY_SECONDS)
    .describe('How long the link waits for its person.'),
})

export interface ConnectLinkInput {
  credential: string
  title: string | null
  description: string | null
  destinations: readonly unknown[] | null
  environment: string | null
  labels: Readonly<Record<string, string>> | null
  expiresInSeconds: number
}

/** Parses it; what it hands on to the credential is checked as if it stood there. */
export function parseConnectLinkInput(body: unknown): { input: ConnectLinkInput } | { problems: Problem[] } {
  const parsed = connectLinkInput.safeParse(body)
  const problems = parsed.success ? [] : problemsOfIssues(parsed.error.issues, connectLinkInput, '')
  if (isObject(body)) {
    const { destinations, environment, labels } = body
    const handedOn = Object.entries({ destinations, environment, labels }).filter(
      ([, one]) => one !== undefined,
    )
    const checked = parseCredentialPatch(Object.fromEntries(handedOn))
    const known = new Set(problems.map(({ path }) => path))
    if ('problems' in checked) problems.push(...checked.problems.filter(({ path }) => !known.has(path)))
  }
  if (!parsed.success || problems.length > 0) return { problems }
  const { credential, title, description, destinations, environment, labels } = parsed.data
  return {
    input: {
      credential,
      title: title ?? null,
      description: description ?? null,
      destinations: destinations ?? null,
      environment: environment ?? null,
      labels: labels ?? null,
      expiresInSeconds: parsed.data.expires_in_seconds,
    },
  }
}
