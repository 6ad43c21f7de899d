import { describeRecipes, type MemberSchema } from '@bursar/domain/api/recipe-members.ts'
import { GRANT_TYPES } from '@bursar/domain/grants/table.ts'
import { type Command, Option } from 'commander'
import { usageFailure } from './failure.ts'

/** A member of a recipe as a flag: where its value goes, and how it is read. */
interface RecipeFlag {
  path: readonly string[]
  kind: 'text' | 'number' | 'list' | 'pairs'
  choices: readonly string[] | undefined
  description: string
  /** One value is a text, and only several are a list: to a provider the two can differ. */
  oneIsText: boolean
}

/**
 * Every member of every grant's recipe that fits into a flag, from the schemas themselves: a new grant
 * brings its flags along. Members that do not fit are written into a file.
 */
export function recipeFlags(): RecipeFlag[] {
  const flags = new Map<string, RecipeFlag>()
  for (const { members } of describeRecipes()) {
    for (const flag of Object.entries(members).flatMap(([name, schema]) => flagsOf([name], schema)))
      if (flag.path[0] !== 'grant') flags.set(flag.path.join('.'), flags.get(flag.path.join('.')) ?? flag)
  }
  return [
    {
      path: ['grant'],
      kind: 'text',
      choices: GRANT_TYPES,
      description: 'the way to get a token',
      oneIsText: false,
    },
    ...flags.values(),
  ]
}

function flagsOf(path: readonly string[], schema: MemberSchema): RecipeFlag[] {
  if (schema.properties)
    return Object.entries(schema.properties).flatMap(([name, inner]) => flagsOf([...path, name], inner))
  const kind = kindOf(schema)
  if (kind === undefined) return []
  return [
    {
      path,
      kind,
      choices: kind === 'text' ? schema.enum : undefined,
      description: schema.description ?? '',
      oneIsText: schema.anyOf?.some(({ type }) => type === 'string') ?? false,
    },
  ]
}

function kindOf({
  type,
  anyOf = [],
  items,
  additionalProperties,
}: MemberSchema): RecipeFlag['kind'] | undefined {
  if (type === 'string') return 'text'
  if (type === 'integer' || type === 'number') return 'number'
  if (type === 'array') return items?.type === 'string' ? 'list' : undefined
  if (type === 'object')
    return typeof additionalProperties === 'object' && takesText(additionalProperties) ? 'pairs' : undefined
  const kinds = anyOf.map(kindOf)
  return kinds.includes('list') ? 'list' : kinds.find((kind) => kind !== undefined)
}

/** Texts at least; what else a value can be is written into a file. */
const takesText = ({ type, anyOf = [] }: MemberSchema): boolean =>
  type === 'string' || anyOf.some((one) => one.type === 'string')

const nameOf = ({ path }: RecipeFlag): string => path.join('-').replaceAll('_', '-')

const PLACEHOLDERS = { text: '<text>', number: '<number>', list: '<text>', pairs: '<name=value>' } as const

export function addRecipeFlags(command: Command): void {
  for (const flag of recipeFlags()) {
    const { kind } = flag
    const option = new Option(`--${nameOf(flag)} ${PLACEHOLDERS[kind]}`, describe(flag)).helpGroup('Recipe:')
    if (flag.choices) option.choices(flag.choices)
    if (kind === 'list' || kind === 'pairs')
      option.argParser((value, before?: string[]) => [...(before ?? []), value])
    command.addOption(option)
  }
}

function describe({ kind, description }: RecipeFlag): string {
  const plain = description.replace(/\.$/, '')
  const sentence = plain === '' ? '' : plain[0]!.toLowerCase() === plain[0] ? plain : lowerFirst(plain)
  return kind === 'list' || kind === 'pairs' ? `${sentence}${sentence && ', '}repeatable` : sentence
}

/** Unless it is an abbreviation. */
const lowerFirst = (text: string): string =>
  /^[A-Z][a-z ]/.test(text) ? text[0]!.toLowerCase() + text.slice(1) : text

/** The recipe that the flags describe; an empty object where there are none. */
export function readRecipeFlags(command: Command): Record<string, unknown> {
  const recipe: Record<string, unknown> = {}
  for (const flag of recipeFlags()) {
    const attribute = new Option(`--${nameOf(flag)} <value>`).attributeName()
    const written: unknown = command.getOptionValue(attribute)
    if (written === undefined) continue
    const inner = flag.path.slice(0, -1).reduce<Record<string, unknown>>((object, name) => {
      object[name] ??= {}
      return object[name] as Record<string, unknown>
    }, recipe)
    inner[flag.path.at(-1)!] = readValue(flag, written)
  }
  return recipe
}

function readValue(flag: RecipeFlag, written: unknown): unknown {
  if (flag.kind === 'number') {
    const number = Number(written)
    if (String(written).trim() !== '' && Number.isFinite(number)) return number
    throw usageFailure(`--${nameOf(flag)} is not a number.`)
  }
  if (flag.kind === 'list' && flag.oneIsText && (written as string[]).length === 1)
    return (written as string[])[0]
  return flag.kind === 'pairs' ? readPairs(`--${nameOf(flag)}`, written as string[]) : written
}

/** `name=value` flags as an object. */
export function readPairs(flag: string, pairs: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=')
      if (at < 1) throw usageFailure(`${flag} wants name=value.`)
      return [pair.slice(0, at), pair.slice(at + 1)]
    }),
  )
}
