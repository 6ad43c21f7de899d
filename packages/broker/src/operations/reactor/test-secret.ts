import { parseAnswerBody } from '@bursar/domain/answer-body.ts'
import { BursarError } from '@bursar/domain/error.ts'
import { grantOf } from '@bursar/domain/grants/table.ts'
import { isObject } from '@bursar/domain/json.ts'
import { planLifetime } from '@bursar/domain/lifetime.ts'
import { planExchange } from '@bursar/domain/plan-exchange.ts'
import { credentialNameOf } from '@bursar/domain/reactor/resource-type.ts'
import type { SecretType } from '@bursar/domain/reactor/secrets/secret-type.ts'
import { redactText, withoutKnown } from '../../outbound/redact.ts'
import type { FoundDocument } from '../../store/store.ts'
import type { Caller } from '../operations.ts'
import { matchesPattern } from '../pattern.ts'
import { demand } from '../permission.ts'
import { prepareRequest, resolveSecrets } from '../request.ts'
import { openOutputs, openSecrets } from '../sealed.ts'
import type { ReactorPorts } from './ports.ts'
import { conflict, resourceNotFound } from './resources.ts'
import { type SecretView, viewSecret } from './secret-rows.ts'

const ACTION = '/data/meta/action'

/** One exchange of which nothing is kept; what the authorization server answers is shown. */
export async function testSecret(
  ports: ReactorPorts,
  caller: Caller,
  found: FoundDocument,
  type: SecretType,
): Promise<SecretView> {
  // The answer holds a live token.
  demand(caller, { action: 'token', credential: credentialNameOf(found.row.id) })
  const view = await viewSecret(ports, found)
  if (!type.oauth)
    throw conflict('conflict', ACTION, `A secret of type ${type.typeOf} is exchanged with nobody.`)
  if (view.state.status !== 'succeeded') {
    throw conflict(
      'conflict',
      ACTION,
      `Only a succeeded secret can be tested; this one is ${view.state.status}.`,
    )
  }
  return { ...view, test: await exchangeOnce(ports, found, type) }
}

async function exchangeOnce(
  ports: ReactorPorts,
  { row: { workspaceId, id } }: FoundDocument,
  type: SecretType,
): Promise<Record<string, unknown>> {
  const { store, envelope, clock, random, settings, outbound } = ports
  const credential = await store.credentials.getById(workspaceId, id)
  const token = await store.tokens.get(workspaceId, id)
  if (credential === undefined || token === undefined) throw resourceNotFound('secrets')
  const { recipe } = credential
  const grant = grantOf(recipe)
  const secrets = await resolveSecrets(ports, workspaceId, openSecrets(envelope, credential))
  const planned = planExchange({
    grant,
    recipe,
    secrets,
    outputs: openOutputs(envelope, token),
    consent: null,
    now: clock.now() + ports.skew.of(recipe),
    randomId: random.text(16),
    matches: matchesPattern,
  })
  if (planned.kind !== 'plan') throw failed('There is nothing that could be sent.')
  const { plan, context } = planned
  if (plan.kind === 'sign') {
    const access_token = await ports.signer.sign(plan.jwt)
    return { access_token, expires_in: plan.expiresInSeconds, token_type: 'Bearer' }
  }
  if (plan.kind === 'given') throw failed('There is nothing that could be sent.')
  const prepared = await prepareRequest(ports, plan.request)
  const sent = await outbound.send(prepared.wire, { deadlineMs: settings.upstreamDeadlineSeconds * 1000 })
  if (sent.kind === 'no_answer') throw failed(sent.failure.detail)
  const known = [...Object.values(secrets).map((secret) => secret.reveal()), ...prepared.secrets]
  const judgement = grant.read(sent.answer, recipe, context)
  const answered = `Server responded with status: ${sent.answer.status}.`
  if (judgement.kind !== 'token') throw failed(`${answered} ${describe(judgement)}`, known)
  const at = { now: clock.now(), random: 0 }
  const life = planLifetime(judgement.outputs, recipe.lifetime, at)
  if ('refused' in life)
    throw failed(`${answered} ${life.refused.description} ${type.window ?? ''}`.trim(), known)
  const read = parseAnswerBody(sent.answer.body)
  const body = read.kind === 'fields' ? withoutKnown(read.value, known) : {}
  // The broker alone holds refresh tokens.
  const { refresh_token: _kept, ...shown } = isObject(body) ? body : {}
  return shown
}

function describe(judgement: {
  kind: string
  error?: string
  description?: string
  detail?: string
}): string {
  const said = judgement.description ?? judgement.detail ?? ''
  return judgement.error === undefined ? said : `${judgement.error}${said === '' ? '.' : `: ${said}`}`
}

function failed(detail: string, known: readonly string[] = []): BursarError {
  const shown = redactText(detail, known)
  const problems = [{ path: ACTION, code: 'secret-processing-error', detail: shown }]
  return new BursarError('request.invalid', { detail: shown, problems })
}
