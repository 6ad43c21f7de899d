import nunjucks from 'nunjucks'
import { compile } from '../src/index.ts'

/** One thing to do in several ways that give the same text. */
export interface Subject {
  readonly name: string
  readonly ways: Readonly<Record<string, () => string>>
}

const TOKEN_REQUEST =
  "{{ formUrlEncode('grant_type', 'client_credentials', 'client_id', authData.clientId, 'client_secret', authData.clientSecret) | raw }}"

const RESPONSE_MAPPING =
  '{% if response.status == 200 %}{{ response.body.access_token }}' +
  '{% for scope in response.body.scopes %} {{ scope }}{% endfor %}' +
  '{% else %}{{ response.body.error }}{% endif %}'

const tokenContext = {
  authData: { clientId: 'client-0123456789', clientSecret: 's3cr3t/With+Odd=Characters&more' },
}

const responseContext = {
  response: {
    status: 200,
    body: {
      access_token: 'eyJhbGciOiJSUzI1NiJ9.payload.signature',
      scopes: ['read', 'write', 'admin'],
      expires_in: 3600,
    },
  },
}

function formUrlEncode(...pairs: string[]): string {
  const encoded: string[] = []
  for (let i = 0; i < pairs.length; i += 2) encoded.push(`${form(pairs[i])}=${form(pairs[i + 1])}`)
  return encoded.join('&')
}

function form(value: unknown): string {
  return encodeURIComponent(String(value)).replace(/%20/g, '+')
}

/** Precompiled, as nunjucks does for production, with what the template needs added. */
function precompiled(source: string): nunjucks.Template {
  const environment = new nunjucks.Environment(null, { autoescape: true })
  environment.addGlobal('formUrlEncode', formUrlEncode)
  environment.addFilter('raw', (text: string) => new nunjucks.runtime.SafeString(text))
  return new nunjucks.Template(source, environment, undefined, true)
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (found) => `&#${found.charCodeAt(0)};`)
}

const tokenRequest = compile(TOKEN_REQUEST)
const tokenRequestNunjucks = precompiled(TOKEN_REQUEST)
const responseMapping = compile(RESPONSE_MAPPING)
const responseMappingNunjucks = precompiled(RESPONSE_MAPPING)

export const SUBJECTS: readonly Subject[] = [
  {
    name: 'token request',
    ways: {
      pebble: () => tokenRequest.render(tokenContext),
      nunjucks: () => tokenRequestNunjucks.render(tokenContext),
      'by hand': () => {
        const { clientId, clientSecret } = tokenContext.authData
        return `grant_type=client_credentials&client_id=${form(clientId)}&client_secret=${form(clientSecret)}`
      },
      'pebble, compiled each time': () => compile(TOKEN_REQUEST).render(tokenContext),
    },
  },
  {
    name: 'response mapping',
    ways: {
      pebble: () => responseMapping.render(responseContext),
      nunjucks: () => responseMappingNunjucks.render(responseContext),
      'by hand': () => {
        const { status, body } = responseContext.response
        if (status !== 200) return escapeHtml(String((body as { error?: unknown }).error ?? ''))
        let text = escapeHtml(body.access_token)
        for (const scope of body.scopes) text += ` ${escapeHtml(scope)}`
        return text
      },
      'pebble, compiled each time': () => compile(RESPONSE_MAPPING).render(responseContext),
    },
  },
]

/** A template like those of partners, no two of them the same. */
export function partnerTemplate(index: number): string {
  return TOKEN_REQUEST.replace("'client_id'", `'client_id_${index}'`)
}
