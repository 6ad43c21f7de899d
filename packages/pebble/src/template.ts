import { Compiler } from './compile/compiler.ts'
import { asTemplateError, type TemplateError } from './error.ts'
import { filterOf, functionOf, testOf } from './extension.ts'
import { limitFault } from './fault.ts'
import { FILTERS } from './filters/table.ts'
import { FUNCTIONS } from './functions/table.ts'
import type { Language, RestrictedKind } from './language/language.ts'
import { DEFAULT_LIMITS, type Limits } from './limits.ts'
import { BINARY_OPERATORS, INVOCATIONS, UNARY_OPERATORS } from './operators/table.ts'
import type { CompileOptions } from './options.ts'
import { type Profile, profiles, refusalOf } from './profile.ts'
import { type Exec, Render, type RenderSetting } from './render/render.ts'
import { tokenize } from './syntax/lexer.ts'
import { Parser } from './syntax/parser.ts'
import { PlacedFault } from './syntax/syntax-error.ts'
import { LOADING_TAGS } from './tags/loading.ts'
import { TAGS } from './tags/table.ts'
import type { TagDefinition } from './tags/tag.ts'
import { TESTS } from './tests/table.ts'
import { Bean, type Value } from './value/value.ts'

/** A compiled template. It holds no state of its renders, so that it can be kept and shared. */
export interface Template {
  /** The text of the template for these variables. Throws a `TemplateError` and nothing else. */
  render(context?: object): string
}

/** Compiles a template. Throws a `TemplateError` and nothing else. */
export function compile(source: string, options: CompileOptions = {}): Template {
  const limits: Limits = { ...DEFAULT_LIMITS, ...options.limits }
  try {
    if (source.length > limits.sourceSize) throw limitFault('sourceSize', limits.sourceSize, 'The source')
    const language = languageOf(options)
    const exec = compileSource(source, language, limits, options)
    const setting = { limits, globals: globalsOf(source, options), defaultStrategy: language.defaultStrategy }
    return { render: (context = {}) => renderWith(exec, source, context, setting) }
  } catch (thrown) {
    throw asCompileError(source, thrown)
  }
}

function renderWith(exec: Exec, source: string, context: object, setting: RenderSetting): string {
  let render: Render | undefined
  try {
    render = new Render(context, setting)
    exec(render)
    return render.output
  } catch (thrown) {
    throw asTemplateError(source, render?.at ?? 0, thrown)
  }
}

function asCompileError(source: string, thrown: unknown): TemplateError {
  return thrown instanceof PlacedFault
    ? asTemplateError(source, thrown.at, thrown.fault)
    : asTemplateError(source, 0, thrown)
}

function compileSource(source: string, language: Language, limits: Limits, options: CompileOptions): Exec {
  const tokens = tokenize(source, {
    newLineTrimming: options.newLineTrimming ?? true,
    verbatim: language.refusal('tags', 'verbatim') === undefined,
    operators: OPERATOR_SYMBOLS,
  })
  const tags = tagsOf(options.profile ?? profiles.standard)
  const parser = new Parser(tokens, {
    unary: UNARY_PRECEDENCES,
    binary: BINARY_PRECEDENCES,
    tags,
    tagRefusal: (name) => language.refusal('tags', name),
    maxDepth: limits.depth,
    literalDecimalTreatedAsInteger: options.literalDecimalTreatedAsInteger ?? false,
    literalNumbersAsBigDecimals: options.literalNumbersAsBigDecimals ?? false,
  })
  return new Compiler(language, tags).body(parser.parseTemplate())
}

const UNARY = new Map(UNARY_OPERATORS.map((operator) => [operator.symbol, operator]))
const BINARY = new Map(BINARY_OPERATORS.map((operator) => [operator.symbol, operator]))
const UNARY_PRECEDENCES = new Map(UNARY_OPERATORS.map(({ symbol, precedence }) => [symbol, precedence]))
const BINARY_PRECEDENCES = new Map([
  ...BINARY_OPERATORS.map(({ symbol, precedence }) => [symbol, precedence] as const),
  ...Object.entries(INVOCATIONS),
])
const OPERATOR_SYMBOLS = [...new Set([...UNARY_PRECEDENCES.keys(), ...BINARY_PRECEDENCES.keys()])]

/** Tags that load other templates are known to every profile: they refuse themselves. */
function tagsOf(profile: Profile): ReadonlyMap<string, TagDefinition> {
  const allowed = TAGS.filter(({ name }) => profile.tags.includes(name))
  return new Map([...allowed, ...LOADING_TAGS].map((tag) => [tag.name, tag]))
}

function languageOf(options: CompileOptions): Language {
  const profile = options.profile ?? profiles.standard
  const allowed = <D extends { readonly name: string }>(
    kind: RestrictedKind,
    definitions: readonly D[],
  ): [string, D][] =>
    definitions
      .filter(({ name }) => profile[kind].includes(name))
      .map((definition) => [definition.name, definition])
  const added = <E, D>(
    extensions: Readonly<Record<string, E>> | undefined,
    define: (name: string, e: E) => D,
  ) =>
    Object.entries(extensions ?? {}).map(([name, extension]): [string, D] => [name, define(name, extension)])
  return {
    strictVariables: options.strictVariables ?? false,
    autoEscaping: options.autoEscaping ?? true,
    defaultStrategy: options.defaultStrategy ?? 'html',
    filters: new Map([...allowed('filters', FILTERS), ...added(options.filters, filterOf)]),
    functions: new Map([...allowed('functions', FUNCTIONS), ...added(options.functions, functionOf)]),
    tests: new Map([...allowed('tests', TESTS), ...added(options.tests, testOf)]),
    unary: UNARY,
    binary: BINARY,
    refusal: (kind, name) => refusalOf(profile, kind, name),
  }
}

function globalsOf(source: string, { locale = 'en_US' }: CompileOptions): ReadonlyMap<string, Value> {
  const [language = '', country = ''] = locale.split(/[-_]/)
  const text = country === '' ? language : `${language}_${country}`
  return new Map([
    ['locale', new Bean('Locale', text, { language, country })],
    ['template', new Bean('Template', '[template]', { name: source })],
  ])
}
