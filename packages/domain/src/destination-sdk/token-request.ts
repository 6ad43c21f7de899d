import { isSettableHeader } from '../header-syntax.ts'
import { pointer } from '../problem.ts'
import { OUTPUT_FIELDS } from '../standard-field.ts'
import type { AccessTokenRequest, Templated, ValidationEntry } from './configuration.ts'
import type { SourceMap } from './source-map.ts'

/** `NONE` is a constant and never rendered. */
export const templateText = ({ templatingStrategy, value }: Templated): unknown =>
  templatingStrategy === 'NONE' ? String(value) : { template: String(value) }

const AT = '/accessTokenRequest'
const SECRET_HEADERS = ['authorization', 'proxy-authorization', 'cookie']

export const isSecretHeader = (name: unknown): boolean =>
  typeof name === 'string' && SECRET_HEADERS.includes(name.toLowerCase())

/** A text that is the same for each request: never rendered, or without anything to render. It may be withheld. */
export const isConstant = (text: { templatingStrategy?: unknown; value?: unknown }): boolean =>
  text.templatingStrategy === 'NONE' || text.value === undefined || !/\{[{%#]/.test(String(text.value))

/** The secret field that keeps the constant value of such a header, wherever it stands in its list. */
export const headerField = (name: string): string => `header_${name.toLowerCase().replaceAll('-', '_')}`

/** What the field of the header at an index was called before; accounts may have a recipe that reads it. */
export const formerHeaderField = (index: number): string => `secretHeader${index}`
export const isFormerHeaderField = (name: string): boolean => /^secretHeader\d+$/.test(name)

/** `accessTokenRequest` as a request that is written down; `at` is where it stands in the recipe. */
export function translateRequest(
  { urlBasedDestination, httpTemplate }: AccessTokenRequest,
  at: string,
  sources: SourceMap,
): Record<string, unknown> {
  const { httpMethod, contentType, requestBody, queryParameters, headers } = httpTemplate
  sources.add(at, AT)
  sources.add(`${at}/url`, `${AT}/urlBasedDestination/url/value`)
  sources.add(`${at}/method`, `${AT}/httpTemplate/httpMethod`)
  sources.add(`${at}/content_type`, `${AT}/httpTemplate/contentType`)
  sources.add(`${at}/query`, `${AT}/httpTemplate/queryParameters/value`)
  sources.add(`${at}/body`, `${AT}/httpTemplate/requestBody/value`)
  const written = (headers ?? []).map(({ header, value }, index) => {
    const wrong = isSettableHeader(header) ? 'value/value' : 'header'
    sources.add(pointer(`${at}/headers`, [header]), `${AT}/httpTemplate/headers/${index}/${wrong}`)
    const constant = isConstant(value) && isSecretHeader(header)
    const kept = { template: `{{ authData.${headerField(header)} | raw }}` }
    return [header, constant ? kept : templateText(value)] as const
  })
  return {
    url: templateText(urlBasedDestination.url),
    method: httpMethod,
    ...(contentType != null && { content_type: contentType }),
    ...(queryParameters != null && { query: templateText(queryParameters) }),
    headers: Object.fromEntries(written),
    ...(requestBody != null && { body: templateText(requestBody) }),
  }
}

/** Where `responseFields` say that outputs and custom fields come from. */
export function translateResponseFields(
  { responseFields }: Pick<AccessTokenRequest, 'responseFields'>,
  sources: SourceMap,
): {
  outputs: Record<string, unknown>
  fields: ReadonlyArray<{ name: string; mapping: unknown; index: number }>
} {
  const outputs: Record<string, unknown> = {}
  const fields: Array<{ name: string; mapping: unknown; index: number }> = []
  for (const [index, { name, ...value }] of (responseFields ?? []).entries()) {
    const text = templateText(value as Templated)
    const mapping = typeof text === 'string' ? { value: text } : text
    const member = OUTPUT_FIELDS.get(name)
    if (member === undefined) fields.push({ name, mapping, index })
    else {
      outputs[member] = mapping
      sources.add(`/recipe/response/${member}`, `${AT}/responseFields/${index}/value`)
    }
  }
  return { outputs, fields }
}

export function translateValidations(
  lists: ReadonlyArray<readonly [at: string, list: readonly ValidationEntry[] | null | undefined]>,
  sources: SourceMap,
): Array<Record<string, unknown>> {
  const all = lists.flatMap(([at, list]) =>
    (list ?? []).map((entry, index) => [`${at}/${index}`, entry] as const),
  )
  return all.map(([at, { name, description, actualValue, expectedValue }], index) => {
    const here = `/recipe/validations/${index}`
    sources.add(here, at)
    sources.add(`${here}/actual`, `${at}/actualValue/value`)
    sources.add(`${here}/expected`, `${at}/expectedValue/value`)
    return {
      name: name ?? `validation ${index + 1}`,
      ...(description != null && description !== '' && { description }),
      actual: templateText(actualValue),
      expected: templateText(expectedValue),
    }
  })
}

const READS = /\bauthData\s*(?:\.\s*([A-Za-z_]\w*)|\[\s*(?:'([^']+)'|"([^"]+)")\s*\])/g

/** Names that the templates of a request read as `authData.<name>`; `inUrl` those of its address. */
export function namesRead({ urlBasedDestination, httpTemplate }: AccessTokenRequest): {
  all: ReadonlySet<string>
  inUrl: ReadonlySet<string>
} {
  const inUrl = namesOf(urlBasedDestination.url)
  const { requestBody, queryParameters, headers } = httpTemplate
  const others = [requestBody, queryParameters, ...(headers ?? []).map(({ value }) => value)]
  return {
    inUrl,
    all: new Set([...inUrl, ...others.flatMap((one) => (one == null ? [] : [...namesOf(one)]))]),
  }
}

const namesOf = ({ templatingStrategy, value }: Templated): Set<string> =>
  new Set(
    templatingStrategy === 'NONE'
      ? []
      : [...String(value).matchAll(READS)].map(([, dotted, single, double]) => (dotted ?? single ?? double)!),
  )
