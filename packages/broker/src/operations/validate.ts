import { BursarError } from '@bursar/domain/error.ts'
import type { AnyRecipe } from '@bursar/domain/every-recipe.ts'
import type { Judgement } from '@bursar/domain/exchange.ts'
import { grantOf } from '@bursar/domain/grants/table.ts'
import { isObject } from '@bursar/domain/json.ts'
import { planLifetime } from '@bursar/domain/lifetime.ts'
import { planExchange } from '@bursar/domain/plan-exchange.ts'
import { Secret } from '@bursar/domain/secret.ts'
import type { TokenTimes } from '@bursar/domain/token.ts'
import { unresolved } from './attempt.ts'
import { keepSecrets, readCredentialInput } from './credential-input.ts'
import { recordExchange } from './exchange-record.ts'
import type { Caller } from './operations.ts'
import { matchesPattern } from './pattern.ts'
import { demand } from './permission.ts'
import type { Ports } from './ports.ts'
import { withoutQuotedType } from './quoted-type.ts'
import { redactReport, reportTrial, type Trial } from './report-trial.ts'
import { prepareRequest, resolveSecrets } from './request.ts'

type ValidatePorts = Pick<
  Ports,
  'store' | 'envelope' | 'sources' | 'outbound' | 'signer' | 'clock' | 'random' | 'settings' | 'skew'
>

const NOTHING_SENT = { prepared: null, sent: null, context: null }

/**
 * One exchange with values that are not saved: what was sent, what came back, how it was judged, and what to
 * try. Where the client was refused, the other ways of authenticating it are tried as well.
 */
export async function validate(
  ports: ValidatePorts,
  caller: Caller,
  body: unknown,
): Promise<Record<string, unknown>> {
  demand(caller, { action: 'credentials:write' })
  const { clock, random } = ports
  const named = isObject(body) ? { name: 'validate', ...body } : body
  const { input } = await readCredentialInput(ports, caller.workspaceId, named)
  const grant = grantOf(input.recipe)
  const startedAt = clock.now()
  const begunMs = clock.monotonicMs()
  const hints: string[] = []
  let secrets: Awaited<ReturnType<typeof resolveSecrets>> = {}
  let trial: Trial
  try {
    secrets = await resolveSecrets(ports, caller.workspaceId, keepSecrets(input))
    trial = await tryOnce(ports, input.recipe, secrets)
    if (trial.event.kind === 'refused' && trial.event.error === 'invalid_client') {
      hints.push(...(await tryOtherClientAuth(ports, input.recipe, secrets)))
    }
  } catch (error) {
    if (!(error instanceof BursarError)) throw error
    trial = { event: unresolved(error), ...NOTHING_SENT }
  }
  const times = lifetimeOf(ports, trial, input.recipe.lifetime, hints)
  if (trial.event.kind === 'needs_consent') {
    hints.push(`The grant "${grant.type}" needs a person: save the credential, then connect it.`)
  }
  const { report, hints: told } = reportTrial(input.recipe, trial)
  hints.push(...told)
  const revealed = Object.values(secrets).map((secret) => secret.reveal())
  const row = recordExchange({
    id: random.id(),
    workspaceId: caller.workspaceId,
    credentialId: '',
    credentialName: input.name,
    trigger: 'validate',
    startedAt,
    durationMs: Math.round(clock.monotonicMs() - begunMs),
    event: trial.event,
    prepared: trial.prepared,
    sent: trial.sent,
    secrets: [...revealed, ...(trial.prepared?.secrets ?? [])],
    token:
      trial.event.kind === 'token' && times !== null
        ? { version: 0, times, tokenType: trial.event.outputs.tokenType }
        : null,
    notes: trial.event.kind === 'token' ? trial.event.notes : [],
  })
  const hint = 'hint' in trial.event ? trial.event.hint : undefined
  const known = [...revealed, ...(trial.prepared?.secrets ?? [])]
  return {
    ...row.record,
    valid: trial.event.kind === 'token',
    ...(report !== null && redactReport(report, known)),
    hints: [...new Set([...(hint ? [hint] : []), ...hints])],
  }
}

function lifetimeOf(
  { clock, random }: ValidatePorts,
  trial: Trial,
  policy: Parameters<typeof planLifetime>[1],
  hints: string[],
): TokenTimes | null {
  if (trial.event.kind !== 'token') return null
  const planned = planLifetime(trial.event.outputs, policy, { now: clock.now(), random: random.fraction() })
  if ('refused' in planned) {
    trial.event = planned.refused
    return null
  }
  hints.push(...planned.notes.map((note) => note.detail))
  return planned.times
}

async function tryOnce(
  ports: ValidatePorts,
  recipe: AnyRecipe,
  secrets: Awaited<ReturnType<typeof resolveSecrets>>,
): Promise<Trial> {
  const grant = grantOf(recipe)
  const planned = planExchange({
    grant,
    recipe,
    // A trial never spends a rotating refresh token: the one that is saved would be dead.
    secrets,
    outputs: null,
    consent: null,
    now: ports.clock.now() + ports.skew.of(recipe),
    randomId: ports.random.text(16),
    matches: matchesPattern,
  })
  if (planned.kind === 'needs_consent') return { event: { kind: 'needs_consent' }, ...NOTHING_SENT }
  if (planned.kind === 'unrendered') {
    return { event: { kind: 'unrendered', ...planned.fault }, ...NOTHING_SENT }
  }
  const { plan, context } = planned
  if (plan.kind === 'given') {
    return { event: { kind: 'token', outputs: plan.outputs, notes: [] }, ...NOTHING_SENT }
  }
  if (plan.kind === 'sign') {
    const accessToken = new Secret(await ports.signer.sign(plan.jwt))
    const outputs = { accessToken, tokenType: 'Bearer', expiresIn: plan.expiresInSeconds, others: {} }
    return { event: { kind: 'token', outputs, notes: [] }, ...NOTHING_SENT }
  }
  const prepared = await prepareRequest(ports, plan.request)
  const sent = await ports.outbound.send(prepared.wire, {
    deadlineMs: ports.settings.upstreamDeadlineSeconds * 1000,
  })
  if (sent.kind === 'no_answer') {
    return { event: { kind: 'no_answer', ...sent.failure }, prepared, sent, context }
  }
  const known = [...Object.values(secrets).map((secret) => secret.reveal()), ...prepared.secrets]
  const judgement: Judgement = withoutQuotedType(grant.read(sent.answer, recipe, context), known)
  return { event: judgement, prepared, sent, context }
}

/** The ways a client secret travels; a server that refuses one often takes another. */
const CLIENT_AUTH_VARIANTS = [
  { client_auth: 'client_secret_basic', client_auth_encoding: 'form' },
  { client_auth: 'client_secret_basic', client_auth_encoding: 'raw' },
  { client_auth: 'client_secret_post', client_auth_encoding: 'form' },
] as const

async function tryOtherClientAuth(
  ports: ValidatePorts,
  recipe: AnyRecipe,
  secrets: Awaited<ReturnType<typeof resolveSecrets>>,
): Promise<string[]> {
  const { renewal } = grantOf(recipe)
  if (renewal === 'only' || secrets.client_secret === undefined) return []
  // A request that is written down authenticates as it says.
  if (recipe.token_request !== undefined) return []
  const auth = (r: Record<string, unknown>) => `${r.client_auth ?? ''} ${r.client_auth_encoding ?? 'form'}`
  for (const variant of CLIENT_AUTH_VARIANTS) {
    if (auth(variant) === auth(recipe)) continue
    const trial = await tryOnce(ports, { ...recipe, ...variant }, secrets)
    if (trial.event.kind !== 'token') continue
    const encoding =
      variant.client_auth === 'client_secret_basic'
        ? ` and client_auth_encoding "${variant.client_auth_encoding}"`
        : ''
    return [`It works with client_auth "${variant.client_auth}"${encoding}.`]
  }
  return []
}
