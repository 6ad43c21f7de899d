import { type AnswerBody, parseAnswerBody } from './answer-body.ts'
import type { Answer, Judgement, Note, TokenOutputs } from './exchange.ts'
import { explainOAuthError } from './oauth-error.ts'
import { plainErrorCode, plainProviderText } from './provider-text.ts'
import { type ResponseMapping, readResponsePath } from './response-path.ts'
import { parseRetryAfter } from './retry-after.ts'
import { Secret } from './secret.ts'

interface MappedRecipe {
  response?: ResponseMapping | undefined
}

type Member = Exclude<keyof ResponseMapping, 'outputs'>

/** Judges the answer of a token endpoint: success by RFC 6749 §5.1, error by §5.2, oddities by the mapping. */
export function readTokenResponse(answer: Answer, recipe: MappedRecipe): Judgement {
  const body = parseAnswerBody(answer.body)
  return readError(answer, body, recipe) ?? readTokens(body, recipe.response ?? {})
}

/** The judgement of an answer that is no success; undefined when it may be one. */
export function readError(
  answer: Answer,
  body: AnswerBody,
  recipe: MappedRecipe = {},
): Judgement | undefined {
  const { status } = answer
  const error = errorOf(body, recipe.response ?? {})
  if (error?.code === 'authorization_pending') return { kind: 'awaiting', slowDown: false }
  if (error?.code === 'slow_down') return { kind: 'awaiting', slowDown: true }
  const passing = error !== undefined && explainOAuthError(error.code).passing === true
  if (status === 408 || status === 429 || status >= 500 || passing) {
    const retryAfterSeconds = parseRetryAfter(answer.headers['retry-after'], answer.receivedAt)
    return {
      kind: 'unavailable',
      code: passing ? error.code : `http_${status}`,
      detail: `The provider answered ${status}${error ? ` with ${error.code}` : ''}.`,
      ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
    }
  }
  if (status >= 300 && status < 400) {
    return {
      kind: 'unreadable',
      detail: `The provider answered ${status}: it redirects, and a token request follows no redirect.`,
      hint: 'Put the final address into the recipe; http:// in place of https:// is a usual cause.',
    }
  }
  if (error) {
    const hint = explainOAuthError(error.code).hint
    return {
      kind: 'refused',
      error: error.code,
      ...(error.description && { description: error.description }),
      hint,
    }
  }
  if (status >= 400) {
    return {
      kind: 'refused',
      error: `http_${status}`,
      description: `The provider answered ${status} without an OAuth error.`,
      hint: 'Check that the address is the endpoint of the provider, and what it demands of clients.',
    }
  }
  if (status < 200) return { kind: 'unreadable', detail: `The provider answered ${status}.` }
  return undefined
}

/** An error that the body reports, at whatever status: some providers say 200 and mean no. */
function errorOf(
  body: AnswerBody,
  mapping: ResponseMapping,
): { code: string; description?: string } | undefined {
  if (body.kind !== 'fields') return undefined
  const error = mapped(body.value, mapping, 'error')
  const said = typeof error === 'object' && error !== null ? nestedErrorCode(error) : error
  const failed = readResponsePath(body.value, 'ok') === false
  if (!isError(said) && !failed) return undefined
  const description =
    mapped(body.value, mapping, 'error_description') ?? readResponsePath(body.value, 'error.message')
  return {
    code: isError(said) && said !== true ? plainErrorCode(String(said)) : 'unknown_error',
    ...(typeof description === 'string' && { description: plainProviderText(description) }),
  }
}

const isError = (value: unknown): value is string | number | true =>
  (typeof value === 'string' && value !== '') || (typeof value === 'number' && value !== 0) || value === true

/** `{ "error": { "code": …, "type": … } }` instead of a word. */
const nestedErrorCode = (error: object): unknown =>
  ['code', 'status', 'type']
    .map((name) => readResponsePath(error, name))
    .find((found) => typeof found === 'string') ?? true

function mapped(value: unknown, mapping: ResponseMapping, member: Member): unknown {
  return readResponsePath(value, mapping[member] ?? member)
}

function readTokens(body: AnswerBody, mapping: ResponseMapping): Judgement {
  if (body.kind !== 'fields') return UNREADABLE[body.kind]
  const { value } = body
  const accessToken = mapped(value, mapping, 'access_token')
  if (accessToken === undefined || accessToken === null || accessToken === '') {
    return {
      kind: 'unreadable',
      detail: `The answer has no ${mapping.access_token ?? 'access_token'}${namesIn(body)}.`,
      hint: 'If the token stands elsewhere, give its path in response.access_token of the recipe.',
    }
  }
  if (typeof accessToken !== 'string' || !/^[\x21-\x7e]+$/.test(accessToken)) {
    return {
      kind: 'unreadable',
      detail:
        'The access token is not header safe: it is not a text of visible ASCII characters (RFC 6749 appendix A.12).',
      hint: 'Check response.access_token of the recipe, and that the provider does not wrap its tokens.',
    }
  }
  const notes: Note[] = []
  if (body.encoding === 'form') {
    notes.push({ code: 'response.form_encoded', detail: 'The answer was form-encoded, not JSON.' })
  }
  const refreshToken = mapped(value, mapping, 'refresh_token')
  const tokenType = mapped(value, mapping, 'token_type')
  const scope = mapped(value, mapping, 'scope')
  const expiresIn = mapped(value, mapping, 'expires_in')
  const outputs: TokenOutputs = {
    accessToken: new Secret(accessToken),
    ...(isFilled(refreshToken) && { refreshToken: new Secret(refreshToken) }),
    tokenType: isFilled(tokenType) ? tokenType : 'Bearer',
    ...(isFilled(scope) && { scope }),
    ...(Array.isArray(scope) && scope.every(isFilled) && { scope: scope.join(' ') }),
    ...((typeof expiresIn === 'number' || typeof expiresIn === 'string') && { expiresIn }),
    others: readOthers(value, mapping, notes),
  }
  return { kind: 'token', outputs, notes }
}

const isFilled = (value: unknown): value is string => typeof value === 'string' && value !== ''

/** The id token and what the recipe names, under those names. */
function readOthers(value: unknown, mapping: ResponseMapping, notes: Note[]): Record<string, Secret> {
  const paths = { id_token: 'id_token', ...mapping.outputs }
  const found: Array<[string, Secret]> = []
  for (const [name, path] of Object.entries(paths)) {
    const output = readResponsePath(value, path)
    if (isFilled(output) || typeof output === 'number') found.push([name, new Secret(String(output))])
    else if (Object.hasOwn(mapping.outputs ?? {}, name)) {
      notes.push({
        code: 'response.output_missing',
        detail: `The answer has nothing at ${path} for ${name}.`,
      })
    }
  }
  return Object.fromEntries(found)
}

const UNREADABLE: Record<Exclude<AnswerBody['kind'], 'fields'>, Judgement> = {
  empty: {
    kind: 'unreadable',
    detail: 'The answer is empty.',
    hint: 'Check that token_url is the token endpoint.',
  },
  html: {
    kind: 'unreadable',
    detail: 'The answer is a web page.',
    hint: 'Check that token_url is the token endpoint, not the address people sign in at.',
  },
  broken_json: {
    kind: 'unreadable',
    detail: 'The answer begins like JSON but is not: it may have been cut off.',
    hint: 'Run the exchange again; if it stays so, something between Bursar and the provider changes answers.',
  },
  text: {
    kind: 'unreadable',
    detail: 'The answer is neither JSON nor form-encoded.',
    hint: 'Check that token_url is the token endpoint.',
  },
}

/** Names help to write a mapping. Only plain words are shown, for an odd answer may have a token as a name. */
function namesIn(body: AnswerBody): string {
  if (body.kind !== 'fields' || body.encoding !== 'json') return ''
  if (typeof body.value !== 'object' || body.value === null || Array.isArray(body.value)) return ''
  const names = Object.keys(body.value).filter(
    (name) => /^[a-z]+(?:_?[a-z]+){0,3}$/i.test(name) && name.length <= 24,
  )
  return names.length === 0 ? '' : `, only ${names.slice(0, 10).join(', ')}`
}
