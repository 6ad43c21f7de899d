import { parseAnswerBody } from './answer-body.ts'
import type { AnyRecipe } from './every-recipe.ts'
import type { Answer, Judgement } from './exchange.ts'
import { encodeFormComponent } from './form.ts'
import { grantOf } from './grants/table.ts'
import { isObject } from './json.ts'
import { refreshWay } from './refresh-way.ts'

/** A request as it was sent. */
export interface SentRequest {
  headers: ReadonlyArray<readonly [name: string, value: string]>
  body: string | null
}

export interface TrialFacts {
  recipe: AnyRecipe
  request: SentRequest
  answer: Answer | null
  judgement: { kind: string }
  /** `authData` as the templates saw it. */
  authData: Readonly<Record<string, unknown>>
}

/** What to try, as far as one can tell from what was sent and what came back. */
export function hintsOf(facts: TrialFacts): string[] {
  return [...requestHints(facts), ...(facts.answer === null ? [] : answerHints(facts, facts.answer))]
}

function requestHints({ recipe, request, authData }: TrialFacts): string[] {
  const { body } = request
  if (recipe.token_request === undefined || body === null) return []
  const type = request.headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? ''
  const hints: string[] = []
  if (/&(?:amp|lt|gt|quot|#39);/.test(body)) {
    hints.push('The body holds HTML escapes such as &amp;: end the expression with "| raw".')
  }
  if (type.startsWith('application/x-www-form-urlencoded')) {
    for (const [name, value] of Object.entries(authData)) {
      if (typeof value !== 'string' || value === '' || !body.includes(value)) continue
      if (encodeFormComponent(value) === value) continue
      hints.push(
        `authData.${name} needs form-encoding: it stands in the body as it is. Use formUrlEncode(…) | raw, or the filter urlencode.`,
      )
    }
  }
  if (/[/+]json\b/.test(type) && !isJson(body)) {
    hints.push(
      'The content type says JSON, and the body is none: a value with quotes needs escape(strategy="json").',
    )
  }
  return hints
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

function answerHints({ recipe, judgement }: TrialFacts, answer: Answer): string[] {
  const body = parseAnswerBody(answer.body)
  const value = body.kind === 'fields' && isObject(body.value) ? body.value : {}
  const hints: string[] = []
  const failed = judgement.kind === 'unreadable' && answer.status < 300
  const error = errorMember(value)
  if (failed && error !== undefined && recipe.response?.error === undefined) {
    hints.push(
      `It answered ${answer.status} with an error: set an error path, such as response.error "${error}".`,
    )
  }
  return hints
}

/** The name of a member that tells of an error, in the words that providers use. */
const errorMember = (value: Record<string, unknown>): string | undefined =>
  Object.keys(value).find(
    (name) =>
      /^(?:err(?:or)?s?|fault|failure)(?:[_-]?(?:code|msg|message|type))?$/i.test(name) && value[name],
  ) ?? ['code', 'message', 'msg', 'reason'].find((name) => typeof value[name] === 'string')

/** What a token's own members suggest, once it was taken. */
export function tokenHints(recipe: AnyRecipe, judgement: Judgement): string[] {
  if (judgement.kind !== 'token') return []
  const { expiresIn, refreshToken } = judgement.outputs
  const hints: string[] = []
  const life = Number(expiresIn)
  if (recipe.lifetime.expires_in_unit === 'seconds' && looksLikeMilliseconds(life)) {
    const hint = `expires_in ${life} looks like milliseconds: then set lifetime.expires_in_unit to "milliseconds".`
    hints.push(hint)
  }
  if (recipe.lifetime.expires_in_unit === 'seconds' && life >= 1.2e9 && life < 4e9) {
    hints.push(
      `expires_in ${life} looks like a time, not a span: then set lifetime.expires_in_unit to "epoch".`,
    )
  }
  const way = refreshWay(recipe, grantOf(recipe))
  const wanted = way.kind === 'standard' || mentionsRefreshToken(way)
  if (refreshToken === undefined && wanted && grantOf(recipe).type !== 'refresh_token') {
    hints.push(
      'The refresh token is absent: the token can not be renewed by one. If the answer names it otherwise, set response.refresh_token; some providers want a scope such as offline_access.',
    )
  }
  return hints
}

/** A whole number of minutes when divided by a thousand, and more than ten minutes then. */
const looksLikeMilliseconds = (life: number): boolean =>
  life >= 600_000 && life < 1.2e9 && life % 60_000 === 0

const mentionsRefreshToken = (way: ReturnType<typeof refreshWay>): boolean =>
  way.kind === 'template' && JSON.stringify(way.template).includes('refreshToken')
