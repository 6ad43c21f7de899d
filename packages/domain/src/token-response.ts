import { type AnswerBody, parseAnswerBody } from './answer-body.ts'
import { type AnswerView, MappingFault, viewAnswer } from './answer-view.ts'
import type { Answer, Judgement, Note, TokenOutputs } from './exchange.ts'
import { type ExchangeContext, NO_CONTEXT } from './exchange-context.ts'
import { failedValidation } from './failed-validation.ts'
import { explainOAuthError } from './oauth-error.ts'
import { answeredFields, type MappedRecipe } from './output-mapping.ts'
import { plainErrorCode, plainProviderText } from './provider-text.ts'
import { readResponsePath } from './response-path.ts'
import { parseRetryAfter } from './retry-after.ts'
import { Secret } from './secret.ts'
import type { Validation } from './validation.ts'

interface JudgedRecipe extends MappedRecipe {
  /** Only the device grant waits for a person (RFC 8628 §3.5). */
  grant?: string | undefined
  validations?: readonly Validation[] | undefined
}

/**
 * Judges the answer of a token endpoint: success by RFC 6749 §5.1, error by §5.2, oddities by the mapping,
 * and before anything is kept by the validations of the recipe.
 */
export function readTokenResponse(
  answer: Answer,
  recipe: JudgedRecipe,
  context: ExchangeContext = NO_CONTEXT,
): Judgement {
  const body = parseAnswerBody(answer.body)
  const view = viewAnswer(answer, body, recipe, context)
  try {
    return (
      readError(answer, body, view, recipe.grant === 'device_code') ??
      wrongForm(answer, body, recipe) ??
      failedValidation(recipe, view) ??
      readTokens(body, view)
    )
  } catch (error) {
    if (error instanceof MappingFault) return error.judgement
    throw error
  }
}

/** The judgement of an answer that comes with another status or in another encoding than the recipe takes. */
function wrongForm({ status }: Answer, body: AnswerBody, { response }: JudgedRecipe): Judgement | undefined {
  if (response?.status !== undefined && status !== response.status) {
    const detail = `The provider answered ${status}; a token is taken with ${response.status} only.`
    return { kind: 'unreadable', detail }
  }
  if (response?.encoding === 'json' && body.kind === 'fields' && body.encoding !== 'json') {
    return { kind: 'unreadable', detail: 'The answer is not JSON.' }
  }
  return undefined
}

/** The refresh token of an answer that was not taken for another reason; it may have replaced ours. */
export function readRefreshToken(
  answer: Answer,
  recipe: MappedRecipe,
  context: ExchangeContext = NO_CONTEXT,
): Secret | undefined {
  const view = viewAnswer(answer, parseAnswerBody(answer.body), recipe, context)
  const found = view.tryRead('refresh_token')
  return isFilled(found) ? new Secret(found) : undefined
}

/** The judgement of an answer that is no success; undefined when it may be one. */
export function readError(
  answer: Answer,
  body: AnswerBody,
  view: AnswerView = viewAnswer(answer, body, {}, NO_CONTEXT),
  awaitsPerson = false,
): Judgement | undefined {
  const { status } = answer
  const error = errorOf(body, view)
  if (awaitsPerson && error?.code === 'authorization_pending') return { kind: 'awaiting', slowDown: false }
  if (awaitsPerson && error?.code === 'slow_down') return { kind: 'awaiting', slowDown: true }
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
function errorOf(body: AnswerBody, view: AnswerView): { code: string; description?: string } | undefined {
  if (body.kind !== 'fields' && !view.isMade('error')) return undefined
  const error = view.read('error')
  const said = typeof error === 'object' && error !== null ? nestedErrorCode(error) : error
  const value = body.kind === 'fields' ? body.value : undefined
  const failed = readResponsePath(value, 'ok') === false
  if (!isError(said) && !failed) return undefined
  const description = view.read('error_description') ?? readResponsePath(value, 'error.message')
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

function readTokens(body: AnswerBody, view: AnswerView): Judgement {
  // A template may find the token where there are no members: in a header, or as the whole body.
  if (body.kind !== 'fields' && !view.isMade('access_token')) return UNREADABLE[body.kind]
  const accessToken = view.read('access_token')
  if (accessToken === undefined || accessToken === null || accessToken === '') {
    const source = view.sourceOf('access_token')
    return {
      kind: 'unreadable',
      detail:
        accessToken === ''
          ? `The ${source} of the answer is empty.`
          : `The answer has no ${source}${namesIn(body)}.`,
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
  if (body.kind === 'fields' && body.encoding === 'form') {
    notes.push({ code: 'response.form_encoded', detail: 'The answer was form-encoded, not JSON.' })
  }
  const refreshToken = view.read('refresh_token')
  const tokenType = view.read('token_type')
  const scope = view.read('scope')
  const expiresIn = view.read('expires_in')
  const outputs: TokenOutputs = {
    accessToken: new Secret(accessToken),
    ...(isFilled(refreshToken) && { refreshToken: new Secret(refreshToken) }),
    tokenType: isFilled(tokenType) ? tokenType : 'Bearer',
    ...(isFilled(scope) && { scope }),
    ...(Array.isArray(scope) && scope.every(isFilled) && { scope: scope.join(' ') }),
    ...((typeof expiresIn === 'number' || typeof expiresIn === 'string') && { expiresIn }),
    others: readOthers(view, notes),
  }
  return { kind: 'token', outputs, notes }
}

const isFilled = (value: unknown): value is string => typeof value === 'string' && value !== ''

/** The id token, what the recipe names, and the fields that answers tell, under those names. */
function readOthers(view: AnswerView, notes: Note[]): Record<string, Secret> {
  const found: Array<[string, Secret]> = []
  const named = Object.entries(view.recipe.response?.outputs ?? {})
  for (const [name, mapping] of [['id_token', 'id_token'] as const, ...named]) {
    const output = view.readMapping(mapping, `/response/outputs/${name}`)
    if (isPlain(output)) found.push([name, new Secret(String(output))])
    else if (named.some(([known]) => known === name)) {
      const where = typeof mapping === 'string' ? `nothing at ${mapping} for ${name}` : `nothing for ${name}`
      notes.push({ code: 'response.output_missing', detail: `The answer has ${where}.` })
    }
  }
  for (const [name, mapping] of answeredFields(view.recipe)) {
    const told = view.readMapping(mapping, `/fields/${name}`)
    // What an earlier answer told stays until another says something else.
    const value = isPlain(told) ? told : view.context.authData[name]
    if (isPlain(value)) found.push([name, new Secret(String(value))])
  }
  return Object.fromEntries(found)
}

const isPlain = (value: unknown): value is string | number | boolean =>
  isFilled(value) || typeof value === 'number' || typeof value === 'boolean'

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
