import type { Problem } from '../error.ts'
import { isObject } from '../json.ts'
import { pointer, problem, shownName } from '../problem.ts'
import { parseProviderRecipe } from '../provider-recipe.ts'
import { problemsOfIssues } from '../schema-problem.ts'
import { closest } from '../suggestion.ts'
import { AUTH_TYPES, type OtherAuthType, oauth2Entry } from './configuration.ts'
import { OTHER_AUTH, translateOther } from './other-auth.ts'
import { SourceMap } from './source-map.ts'
import { differentCase, ENTRY_GRANTS, type Translated, translateEntry } from './translate-entry.ts'
import { withholdSecrets } from './withhold.ts'

const LIST = 'customerAuthenticationConfigurations'

/** One way to authenticate that a configuration describes: a recipe, and the secrets of the partner. */
export interface TranslatedEntry extends Translated {
  /** For people. */
  title: string
  /** Where recipe and secrets came from, for problems that are found later. */
  sources: SourceMap
}

export interface TranslatedConfiguration {
  /** What was sent, without its secrets. */
  document: Record<string, unknown>
  entries: readonly TranslatedEntry[]
}

/** What templates are to see as `userContext`. */
export type UserContext = Readonly<Record<string, string>>

/**
 * Translates a destination configuration into recipes, one for each entry of its list. Every problem is named at
 * once, by a JSON pointer into what was sent.
 */
export function translateConfiguration(
  body: unknown,
  userContext: UserContext = {},
): { translated: TranslatedConfiguration } | { problems: Problem[] } {
  if (!isObject(body)) return { problems: [problem('', 'field.invalid', 'A configuration is an object.')] }
  const list = body[LIST]
  if (list === undefined) return oneProblem('field.missing', `${LIST} is missing.`, differentCase(body, LIST))
  if (!Array.isArray(list)) return oneProblem('field.invalid', 'The value is not a list.')
  const problems: Problem[] = []
  const entries: TranslatedEntry[] = []
  for (const [index, entry] of list.entries()) {
    const result = translateOne(entry, `/${LIST}/${index}`, userContext)
    if ('problems' in result) problems.push(...result.problems)
    else entries.push(result.entry)
  }
  if (problems.length > 0) return { problems }
  return { translated: { document: withholdSecrets(body), entries } }
}

const oneProblem = (code: 'field.missing' | 'field.invalid', detail: string, hint?: string) => ({
  problems: [problem(`/${LIST}`, code, detail, hint)],
})

function translateOne(
  entry: unknown,
  base: string,
  userContext: UserContext,
): { entry: TranslatedEntry } | { problems: Problem[] } {
  if (!isObject(entry)) return { problems: [problem(base, 'field.invalid', 'An entry is an object.')] }
  const unknownType = problemOfType(entry, base)
  if (unknownType) return { problems: [unknownType] }
  if (entry.authType !== 'OAUTH2') {
    const authType = entry.authType as OtherAuthType
    const recipe = translateOther(authType)
    const { title } = OTHER_AUTH[authType]
    return { entry: { title, recipe, secrets: {}, sources: new SourceMap(base) } }
  }
  const misspelt = Object.keys(entry)
    .filter(
      (name) => !KNOWN.includes(name) && KNOWN.some((known) => known.toLowerCase() === name.toLowerCase()),
    )
    .map((name) => misspelling(pointer(base, [name]), name))
  const parsed = oauth2Entry.safeParse(entry)
  if (!parsed.success) {
    const found = parsed.error.issues.flatMap((issue) =>
      isThere(entry, issue.path)
        ? problemsOfIssues([issue], oauth2Entry, base)
        : [missing(pointer(base, issue.path), issue.path)],
    )
    return { problems: [...found, ...misspelt] }
  }
  const sources = new SourceMap(base)
  const { translated, problems } = translateEntry(parsed.data, sources)
  const found = problems.map((one) => ({ ...one, path: base + one.path }))
  const seen = new Set(found.map(({ path }) => path))
  const recipe =
    Object.keys(userContext).length > 0
      ? { ...translated.recipe, user_context: userContext }
      : translated.recipe
  const checked = parseProviderRecipe(recipe)
  if ('problems' in checked) {
    found.push(...checked.problems.map((one) => sources.translate(one)).filter(({ path }) => !seen.has(path)))
  }
  found.push(...misspelt.filter(({ path }) => !seen.has(path)))
  if (found.length > 0) return { problems: found }
  return { entry: { title: ENTRY_GRANTS[parsed.data.grant].title, ...translated, recipe, sources } }
}

const isThere = (entry: object, path: readonly PropertyKey[]): boolean =>
  path.reduce<unknown>(
    (value, step) => (value as Record<PropertyKey, unknown> | undefined)?.[step],
    entry,
  ) !== undefined

const missing = (at: string, path: readonly PropertyKey[]): Problem =>
  problem(at, 'field.missing', `${shownName(String(path.at(-1)))} is missing.`)

const KNOWN = Object.keys(oauth2Entry.shape)

function misspelling(path: string, name: string): Problem {
  const known = KNOWN.find((one) => one.toLowerCase() === name.toLowerCase())
  const detail = `Names are case sensitive: "${shownName(name)}" is not "${known}".`
  return problem(path, 'field.unknown', detail, `Write ${known}.`)
}

function problemOfType(entry: Record<string, unknown>, base: string): Problem | undefined {
  const { authType } = entry
  const known = `Known types: ${AUTH_TYPES.join(', ')}.`
  if (authType === undefined) {
    return problem(
      `${base}/authType`,
      'field.missing',
      'authType is missing.',
      differentCase(entry, 'authType') ?? known,
    )
  }
  if ((AUTH_TYPES as readonly unknown[]).includes(authType)) return undefined
  const near = typeof authType === 'string' ? closest(authType.toUpperCase(), AUTH_TYPES) : undefined
  const hint = near ? `Did you mean ${near}? Values are case sensitive.` : known
  return problem(`${base}/authType`, 'field.invalid', 'There is no such authType.', hint)
}
