import { kindOfGrant } from './kinds.ts'
import type { PasteResult } from './paste-result.ts'

interface Command {
  url: string
  headers: Array<[name: string, value: string]>
  user: string | null
  form: URLSearchParams
}

/** A token request becomes its grant; any other call becomes the credential it was made with. */
export function readCurl(text: string): PasteResult {
  const command = parseCurl(shellWords(text))
  if (!URL.canParse(command.url)) return { problem: 'The command names no URL.' }
  return command.form.has('grant_type') ? readTokenRequest(command) : readCall(command)
}

function readTokenRequest({ url, user, form, headers }: Command): PasteResult {
  const grant = form.get('grant_type') ?? ''
  const kind = kindOfGrant(GRANT_TYPES[grant] ?? grant)
  if (kind === undefined) return { problem: `The grant “${grant}” can not be told from one request.` }
  const basic = user ?? basicOf(headers)
  const [basicId, basicSecret] = splitUser(basic)
  const clientId = basicId ?? form.get('client_id')
  const secret = basicSecret ?? form.get('client_secret')
  const extras = [...form].filter(([name]) => !KNOWN.has(name))
  return {
    kind: kind.id,
    draft: {
      recipe: {
        grant: kind.grant,
        token_url: url,
        ...(clientId && { client_id: clientId }),
        client_auth: basic === null ? 'client_secret_post' : 'client_secret_basic',
        ...copied(form, 'scope', 'audience', 'resource', 'username'),
        ...(extras.length > 0 && { extra_params: Object.fromEntries(extras) }),
      },
      secrets: {
        ...(secret && { client_secret: secret }),
        ...copied(form, 'password', 'refresh_token'),
      },
    },
    notes: basic === null ? ['The command sends the secret in the body; so does the form.'] : [],
  }
}

const GRANT_TYPES: Readonly<Record<string, string>> = {
  'urn:ietf:params:oauth:grant-type:jwt-bearer': 'jwt_bearer',
  'urn:ietf:params:oauth:grant-type:token-exchange': 'token_exchange',
}

const KNOWN = new Set([
  'grant_type',
  'client_id',
  'client_secret',
  'scope',
  'audience',
  'resource',
  'username',
  'password',
  'refresh_token',
  'assertion',
])

const copied = (form: URLSearchParams, ...names: readonly string[]): Record<string, string> =>
  Object.fromEntries(names.flatMap((name) => (form.get(name) ? [[name, form.get(name)!]] : [])))

/** A call of an API: what it authenticates with is the credential, and where it goes a destination. */
function readCall({ url, user, headers }: Command): PasteResult {
  const destinations = [new URL('/', url).href]
  const basic = user ?? basicOf(headers)
  if (basic !== null) {
    const [username, password = ''] = splitUser(basic)
    return {
      kind: 'username_password',
      draft: {
        recipe: { grant: 'http_basic', username },
        secrets: password === null ? {} : { password },
        confirm: password ?? '',
        destinations,
      },
      notes: [],
    }
  }
  const authorization = headers.find(([name]) => name.toLowerCase() === 'authorization')?.[1]
  const [, type, token] = /^(\S+)\s+(.+)$/.exec(authorization ?? '') ?? []
  if (type === undefined || token === undefined) {
    return { problem: 'The command carries neither a grant nor an Authorization header.' }
  }
  return {
    kind: 'static_token',
    draft: { recipe: { grant: 'static_token', token_type: type }, secrets: { token }, destinations },
    notes: ['The token is taken as one that never changes.'],
  }
}

function basicOf(headers: Command['headers']): string | null {
  const value = headers.find(([name]) => name.toLowerCase() === 'authorization')?.[1]
  const encoded = /^basic\s+(\S+)$/i.exec(value ?? '')?.[1]
  if (encoded === undefined) return null
  try {
    return new TextDecoder().decode(Uint8Array.from(atob(encoded), (letter) => letter.charCodeAt(0)))
  } catch {
    return null
  }
}

const splitUser = (user: string | null): [string | null, string | null] => {
  if (user === null) return [null, null]
  const colon = user.indexOf(':')
  return colon < 0 ? [user, null] : [user.slice(0, colon), user.slice(colon + 1)]
}

const WITH_VALUE =
  /^(-[HuXdAbeoFmxT]|--(header|user|request|data|data-raw|data-ascii|data-binary|data-urlencode|url|user-agent|cookie|referer|output|form|max-time|proxy|upload-file|connect-timeout))$/

function parseCurl(words: readonly string[]): Command {
  const command: Command = { url: '', headers: [], user: null, form: new URLSearchParams() }
  const rest = words.slice(1)
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    const [, option, value] = /^(-[HudX])(.+)$/s.exec(word) ?? []
    if (option !== undefined && value !== undefined) takeOption(command, option, value)
    else if (!word.startsWith('-')) command.url ||= word
    else if (WITH_VALUE.test(word)) takeOption(command, word, rest.shift() ?? '')
  }
  return command
}

function takeOption(command: Command, option: string, value: string): void {
  if (option === '--url') command.url = value
  if (option === '-u' || option === '--user') command.user = value
  if (option === '-H' || option === '--header') {
    const colon = value.indexOf(':')
    if (colon > 0) command.headers.push([value.slice(0, colon).trim(), value.slice(colon + 1).trim()])
  }
  if (option === '--data-urlencode') {
    const [name = '', ...rest] = value.split('=')
    command.form.append(name, rest.join('='))
  } else if (option === '-d' || option.startsWith('--data')) {
    for (const [name, text] of new URLSearchParams(value)) command.form.append(name, text)
  }
}

/** Words as a POSIX shell splits them, quotes and line ends continued with a backslash included. */
export function shellWords(text: string): string[] {
  const words: string[] = []
  let word: string | null = null
  let quote: '"' | "'" | null = null
  for (let index = 0; index < text.length; index += 1) {
    const letter = text[index]!
    if (quote === "'") {
      if (letter === "'") quote = null
      else word += letter
    } else if (letter === '\\') {
      index += 1
      const next = text[index] ?? ''
      const isKept = quote === '"' && !'"\\$`\n'.includes(next)
      if (next !== '\n') word = (word ?? '') + (isKept ? `\\${next}` : next)
    } else if (quote === '"') {
      if (letter === '"') quote = null
      else word += letter
    } else if (letter === '"' || letter === "'") {
      quote = letter
      word ??= ''
    } else if (/\s/.test(letter)) {
      if (word !== null) words.push(word)
      word = null
    } else word = (word ?? '') + letter
  }
  if (word !== null) words.push(word)
  return words[0] === '$' ? words.slice(1) : words
}
