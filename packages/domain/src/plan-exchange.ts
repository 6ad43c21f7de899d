import { authDataOf } from './auth-data.ts'
import type { AnyRecipe } from './every-recipe.ts'
import type { ExchangePlan, TokenOutputs } from './exchange.ts'
import type { ExchangeContext } from './exchange-context.ts'
import type { Consent, Grant } from './grants/grant.ts'
import { planRefresh } from './grants/refresh.ts'
import { type RefreshWay, refreshWay } from './refresh-way.ts'
import { type RenderedRequest, type RequestFault, renderRequest } from './render-request.ts'
import type { RequestTemplate } from './request-template.ts'
import { Secret } from './secret.ts'
import { bindMembers, bindSecrets, fieldOfSecret } from './standard-field.ts'

export interface PlanInput {
  grant: Grant
  recipe: AnyRecipe
  secrets: Record<string, Secret>
  /** What the last exchange left; its refresh token wins over the one that was entered. */
  outputs: TokenOutputs | null
  consent: Consent | null
  now: number
  randomId: string
  matches: ExchangeContext['matches']
  /** True once the refresh token was refused and the grant is asked again without it. */
  withoutRefreshToken?: boolean
}

export type PlannedExchange =
  | { kind: 'plan'; plan: ExchangePlan; spends: 'refresh_token' | 'consent' | null; context: ExchangeContext }
  /** A person must consent first; there is nothing to send. */
  | { kind: 'needs_consent' }
  /** The request that the recipe writes down can not be made. */
  | { kind: 'unrendered'; fault: RequestFault }

/** Decides what to send: the consent a person just gave, the refresh token, or the grant's own request. */
export function planExchange(written: PlanInput): PlannedExchange {
  const input = bind(written)
  const { grant, recipe, consent } = input
  const context = contextOf(input)
  if (consent !== null) return planIssue(input, context, 'consent')
  const way = refreshWay(recipe, grant)
  const refreshToken = refreshTokenOf(input)
  if (refreshToken !== undefined && way.kind !== 'none') return planRenewal(input, way, refreshToken, context)
  // A request of its own may need no refresh token, but the access token that is about to end.
  if (
    way.kind === 'template' &&
    way.path === '/refresh_request' &&
    input.outputs !== null &&
    !input.withoutRefreshToken
  ) {
    return planTemplate(way.template, way.path, refreshUrl(recipe), context, null)
  }
  if (grant.consent !== 'none') return { kind: 'needs_consent' }
  return planIssue(input, context, null)
}

const bind = (input: PlanInput): PlanInput => {
  const recipe = bindMembers(input.recipe)
  const startsWithRefreshToken = input.grant.secrets(recipe).required.includes('refresh_token')
  return { ...input, recipe, secrets: bindSecrets(recipe, input.secrets, startsWithRefreshToken) }
}

/** What the templates of this exchange see, those that read its answer included. */
export function exchangeContext(input: Omit<PlanInput, 'now' | 'randomId'>): ExchangeContext {
  return contextOf(bind({ ...input, now: 0, randomId: '' }))
}

function contextOf(input: PlanInput): ExchangeContext {
  let authData: Record<string, unknown> | null = null
  return {
    // Most recipes have no template that looks at it.
    get authData() {
      if (authData === null) {
        authData = authDataOf(input)
        if (input.withoutRefreshToken) delete authData.refreshToken
      }
      return authData
    },
    userContext: { client: 'bursar', ...input.recipe.user_context },
    secrets: Object.values(input.secrets).map((secret) => secret.reveal()),
    matches: input.matches,
  }
}

/** A field may give the refresh token that answers lack; the grant's own first request does without it. */
function refreshTokenOf({ recipe, outputs, secrets, withoutRefreshToken }: PlanInput): Secret | undefined {
  if (withoutRefreshToken) return undefined
  const field = fieldOfSecret(recipe, 'refresh_token')
  const given = field && outputs !== null ? secrets[field.name] : undefined
  return given ?? outputs?.refreshToken ?? secrets.refresh_token
}

const refreshUrl = (recipe: AnyRecipe): string | undefined =>
  (recipe.refresh_url ?? recipe.token_url) as string | undefined

function planIssue(input: PlanInput, context: ExchangeContext, spends: 'consent' | null): PlannedExchange {
  const { grant, recipe, secrets, now, randomId, consent } = input
  if (recipe.token_request !== undefined) {
    const fallback = recipe.token_url as string | undefined
    return planTemplate(recipe.token_request, '/token_request', fallback, context, spends)
  }
  const plan = grant.plan({ recipe, secrets, now, randomId, ...(consent !== null && { consent }) })
  return { kind: 'plan', plan, spends, context }
}

function planRenewal(
  input: PlanInput,
  way: Exclude<RefreshWay, { kind: 'none' }>,
  refreshToken: Secret,
  context: ExchangeContext,
): PlannedExchange {
  const { grant, recipe, secrets, now, randomId } = input
  if (way.kind === 'standard') {
    const grantInput = { recipe, secrets, now, randomId }
    const plan = (grant.planRefresh ?? planRefresh)(grantInput, refreshToken)
    return { kind: 'plan', plan, spends: 'refresh_token', context }
  }
  const known = { ...context, authData: { refreshToken: refreshToken.reveal(), ...context.authData } }
  const planned = planTemplate(way.template, way.path, refreshUrl(recipe), known, 'refresh_token')
  if (planned.kind !== 'plan') return planned
  // A request that comes out the same without the refresh token does not spend it.
  const { refreshToken: _without, ...others } = known.authData
  const bare = renderRequest(way.template, way.path, refreshUrl(recipe), { ...known, authData: others })
  return isSame(planned.plan, bare) ? { ...planned, spends: null } : planned
}

function planTemplate(
  template: RequestTemplate,
  path: string,
  fallbackUrl: string | undefined,
  context: ExchangeContext,
  spends: 'refresh_token' | 'consent' | null,
): PlannedExchange {
  const rendered = renderRequest(template, path, fallbackUrl, context)
  if ('fault' in rendered) return { kind: 'unrendered', fault: rendered.fault }
  return { kind: 'plan', plan: { kind: 'send', request: rendered.request }, spends, context }
}

function isSame(plan: ExchangePlan, other: RenderedRequest): boolean {
  if (plan.kind !== 'send' || 'fault' in other) return false
  return JSON.stringify(open(plan.request)) === JSON.stringify(open(other.request))
}

/** The request with its secrets laid open, for comparing only. */
const open = (value: unknown): unknown => {
  if (value instanceof Secret) return value.reveal()
  if (Array.isArray(value)) return value.map(open)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, open(member)]))
}
