import type { TemplatePlace } from './error.ts'
import type { TokenRequest } from './exchange.ts'
import type { ExchangeContext } from './exchange-context.ts'
import { isHeaderValue } from './header-syntax.ts'
import { httpUrlProblem } from './http-url.ts'
import { pointer } from './problem.ts'
import type { RequestTemplate } from './request-template.ts'
import { Secret } from './secret.ts'
import { describeFault } from './template/engine.ts'
import { requestContext } from './template/response-context.ts'
import { isTemplate, renderText, type TemplateText } from './template/template-text.ts'

/** Why a request that is written down can not be made; `path` leads into the recipe. */
export interface RequestFault {
  path: string
  detail: string
  hint?: string
  place?: TemplatePlace
}

export type RenderedRequest = { request: TokenRequest } | { fault: RequestFault }

const FORM = 'application/x-www-form-urlencoded'

/**
 * The request that a recipe writes down. What a template made may hold a secret, so it is one by type; and it
 * is checked like what a person wrote, since values come from elsewhere.
 */
export function renderRequest(
  template: RequestTemplate,
  path: string,
  fallbackUrl: string | undefined,
  context: ExchangeContext,
): RenderedRequest {
  const faults: RequestFault[] = []
  const seen = requestContext(context)
  const render = (text: TemplateText, member: string): string => {
    const rendered = renderText(text, seen)
    if ('text' in rendered) return rendered.text
    const { line, column, excerpt } = rendered.fault
    const place = { line, column, excerpt }
    faults.push({ path: path + member, detail: describeFault(rendered.fault), place })
    return ''
  }
  const url = renderUrl(template, path, fallbackUrl, render, faults)
  const headers = Object.entries(template.headers).map(([name, text]): [string, string | Secret] => {
    const value = render(text, pointer('/headers', [name]))
    if (!isHeaderValue(value)) {
      const detail = 'The header value is not visible ASCII in one line.'
      faults.push({ path: path + pointer('/headers', [name]), detail, hint: TRIM })
    }
    return [name, isTemplate(text) ? new Secret(value) : value]
  })
  const body = template.body === undefined ? undefined : render(template.body, '/body')
  const accepts = headers.some(([name]) => name.toLowerCase() === 'accept')
  const named = headers.find(([name]) => name.toLowerCase() === 'content-type')
  const [fault] = faults
  if (fault) return { fault }
  return {
    request: {
      method: template.method,
      url: new Secret(url),
      headers: [
        ...(accepts ? [] : [['accept', 'application/json'] as const]),
        ...headers.filter((header) => header !== named),
      ],
      ...(body !== undefined && {
        body: { type: 'text', contentType: contentTypeOf(template, named?.[1]), text: new Secret(body) },
      }),
    },
  }
}

const TRIM = 'A blank or line break at either end goes with the filter trim.'

const contentTypeOf = ({ content_type: own }: RequestTemplate, header: string | Secret | undefined): string =>
  own ?? (header instanceof Secret ? header.reveal() : header) ?? FORM

function renderUrl(
  { url: written, query }: RequestTemplate,
  path: string,
  fallbackUrl: string | undefined,
  render: (text: TemplateText, member: string) => string,
  faults: RequestFault[],
): string {
  const base = written === undefined ? (fallbackUrl ?? '') : render(written, '/url')
  if (faults.length > 0) return ''
  const added = query === undefined ? '' : render(query, '/query')
  if (/[\s#]/.test(added)) {
    faults.push({
      path: `${path}/query`,
      detail: 'The query has blanks or "#".',
      hint: 'Encode it: urlencode.',
    })
  }
  const url = added === '' ? base : `${base}${base.includes('?') ? '&' : '?'}${added}`
  const wrong = httpUrlProblem(url)
  if (wrong) faults.push({ path: `${path}/url`, ...wrong })
  else if (isTemplate(written) && !keepsHost(written.template, base)) {
    const detail = 'A value would lead the request to another host than the template names.'
    const hint = 'A value inside of the host holds no "/", "?" or "#".'
    faults.push({ path: `${path}/url`, detail, hint })
  }
  return url
}

const TAGS = /\{\{[\s\S]*?\}\}|\{%[\s\S]*?%\}|\{#[\s\S]*?#\}/g

/**
 * Whether the host still ends as the template says. In `https://{{ authData.shop }}.example.com/token` the value
 * `evil.example/` would take the secret elsewhere. A template that leaves the end of the host to its values, or
 * chooses between addresses, says nothing that could be kept.
 */
export function keepsHost(source: string, url: string): boolean {
  const skeleton = source.replace(TAGS, '\0').trim().split(/[?#]/, 1)[0]!
  if (skeleton.split('://').length !== 2) return true
  const written = authorityOf(skeleton)
  const tail = written.slice(written.lastIndexOf('\0') + 1)
  return authorityOf(url).toLowerCase().endsWith(tail.toLowerCase())
}

const authorityOf = (url: string): string => /:\/\/([^/?#\\]*)/.exec(url)?.[1] ?? ''
