import type { ExchangeOutcome, NoAnswer } from './exchange.ts'
import type { Mender } from './mender.ts'
import { explainOAuthError } from './oauth-error.ts'

/** What is behind a failed exchange. */
export interface Cause {
  code: string
  detail: string
  mender: Mender
  hint?: string
  /** Only a sign-in mends it. */
  personal?: boolean
  /** It may pass by itself. */
  passing?: boolean
}

type Failure = Exclude<ExchangeOutcome, { kind: 'token' }>

/** Why an exchange brought no token, who mends that and how. */
export function causeOf(outcome: Failure, needsPerson: boolean): Cause {
  switch (outcome.kind) {
    case 'refused':
      return causeOfRefusal(outcome, needsPerson)
    case 'unavailable':
      return {
        code: 'provider.unavailable',
        detail: `The provider is not available: ${outcome.detail}`,
        mender: 'provider',
        hint: 'Bursar asks again by itself.',
        passing: true,
      }
    case 'awaiting':
      return {
        code: 'provider.unavailable',
        detail: 'The provider wants to be asked later.',
        mender: 'provider',
        hint: 'Bursar asks again by itself.',
        passing: true,
      }
    case 'unreadable':
      return {
        code: outcome.code === undefined ? 'provider.unreadable' : `provider.${outcome.code}`,
        detail: `The answer of the provider ${outcome.code === 'validation_failed' ? 'was not taken' : 'can not be read'}: ${outcome.detail}`,
        mender: 'admin',
        ...(outcome.hint !== undefined && { hint: outcome.hint }),
      }
    case 'unrendered':
      return {
        code: 'template.failed',
        detail: `The request could not be made: ${outcome.detail}`,
        mender: 'admin',
        ...(outcome.hint !== undefined && { hint: outcome.hint }),
      }
    case 'no_answer':
      return causeOfSilence(outcome)
    case 'in_doubt':
      if (outcome.anew) {
        return {
          code: 'in_doubt',
          detail: LOST,
          mender: 'provider',
          hint: 'Bursar asks again by itself, without the refresh token.',
          passing: true,
        }
      }
      return {
        code: 'in_doubt',
        detail: LOST,
        mender: needsPerson ? 'person' : 'admin',
        hint: needsPerson
          ? 'If the next exchange is refused, sign in again.'
          : 'Run an exchange to find out.',
      }
    case 'unresolved':
      return {
        code: 'secret.unresolved',
        detail: `The secret ${outcome.secret} can not be read from where it lives${colon(outcome.detail)}.`,
        mender: 'operator',
        hint: outcome.hint ?? 'Check that it is where the reference says and that Bursar may read it.',
      }
  }
}

const LOST = 'The provider was asked, but its answer was lost; it may have replaced the refresh token.'

const colon = (detail: string | undefined): string =>
  detail === undefined ? '' : `: ${detail.replace(/\.$/, '')}`

function causeOfRefusal({ error, hint }: Extract<Failure, { kind: 'refused' }>, needsPerson: boolean): Cause {
  const known = explainOAuthError(error)
  const isPersonal = known.personal === true && needsPerson
  return {
    code: `provider.${error}`,
    detail: known.detail,
    mender: isPersonal ? 'person' : known.mender === 'person' ? 'admin' : known.mender,
    hint: isPersonal ? 'Start a new sign-in for this credential.' : (hint ?? known.hint),
    personal: isPersonal,
  }
}

/** What stands between us and the provider, and whether it may pass by itself. */
const SILENCES: Record<NoAnswer['code'], { mender: Mender; passing: boolean }> = {
  'outbound.blocked': { mender: 'operator', passing: false },
  'outbound.dns': { mender: 'operator', passing: true },
  'outbound.connect': { mender: 'provider', passing: true },
  'outbound.tls': { mender: 'operator', passing: true },
  'outbound.timeout': { mender: 'provider', passing: true },
  'outbound.reset': { mender: 'provider', passing: true },
  'outbound.too_large': { mender: 'admin', passing: false },
  'outbound.redirect': { mender: 'admin', passing: false },
  'outbound.encoding': { mender: 'admin', passing: false },
}

export const NO_ANSWER_CODES = Object.keys(SILENCES) as ReadonlyArray<NoAnswer['code']>

function causeOfSilence({ code, detail, hint }: { kind: 'no_answer' } & NoAnswer): Cause {
  return { code, detail, ...SILENCES[code], ...(hint !== undefined && { hint }) }
}

/** True when asking again without any change may bring a token; a refusal is final. */
export function mayPass(outcome: ExchangeOutcome): boolean {
  if (outcome.kind === 'token' || outcome.kind === 'refused') return false
  if (outcome.kind === 'no_answer') return SILENCES[outcome.code].passing
  return outcome.kind === 'in_doubt' ? outcome.anew === true : outcome.kind !== 'unrendered'
}
