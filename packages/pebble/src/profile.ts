import { FILTERS } from './filters/table.ts'
import { FUNCTIONS, TEMPLATE_FUNCTIONS } from './functions/table.ts'
import type { RestrictedKind } from './language/language.ts'
import { TAGS } from './tags/table.ts'
import { TESTS } from './tests/table.ts'

/** What of the language templates may use. What an option adds may always be used. */
export interface Profile extends Readonly<Record<RestrictedKind, readonly string[]>> {
  readonly name: string
}

const names = (definitions: readonly { readonly name: string }[]): string[] =>
  definitions.map(({ name }) => name)

const perRenderCache: Profile = {
  name: 'perRenderCache',
  tags: [...names(TAGS), 'verbatim'],
  filters: names(FILTERS),
  functions: [...names(FUNCTIONS), ...TEMPLATE_FUNCTIONS],
  tests: names(TESTS),
}

const standard: Profile = {
  ...perRenderCache,
  name: 'standard',
  tags: perRenderCache.tags.filter((tag) => tag !== 'cache'),
}

const destinationSdk: Profile = {
  ...perRenderCache,
  name: 'destinationSdk',
  tags: ['filter', 'for', 'if', 'set'],
  functions: ['formUrlEncode', 'max', 'min'],
}

/**
 * - `standard`: the whole language but what loads other templates, and `cache`, which outlives a render in Pebble;
 * - `perRenderCache`: also `cache`, whose texts end with the render here;
 * - `destinationSdk`: what Adobe's Destination SDK offers to partners.
 */
export const profiles = { standard, perRenderCache, destinationSdk } as const

/** Why a profile keeps a name from being used, `undefined` if it does not or if the language has no such name. */
export function refusalOf(profile: Profile, kind: RestrictedKind, name: string): string | undefined {
  if (profile[kind].includes(name) || !perRenderCache[kind].includes(name)) return undefined
  return `"${name}" is not among the ${kind} of the profile "${profile.name}"`
}
