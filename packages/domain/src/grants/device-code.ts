import { z } from 'zod'
import { parseAnswerBody } from '../answer-body.ts'
import { BursarError } from '../error.ts'
import type { Answer, ExchangePlan, Judgement } from '../exchange.ts'
import { httpUrl, httpUrlProblem } from '../http-url.ts'
import { readResponsePath } from '../response-path.ts'
import { Secret } from '../secret.ts'
import { readError, readTokenResponse } from '../token-response.ts'
import { clientFaults, clientSecrets } from './client-auth.ts'
import { type DeviceAuthorization, defineGrant, type GrantInput } from './grant.ts'
import { planRefresh } from './refresh.ts'
import {
  extraParameterFaults,
  type TokenEndpointFields,
  targetParameters,
  tokenEndpointMembers,
  tokenRequest,
} from './token-endpoint.ts'

/** RFC 8628 §3.2 has no default for `expires_in`; half an hour is what providers that leave it out grant. */
const DEFAULT_EXPIRES_IN_SECONDS = 1800
/** RFC 8628 §3.2: what a client must use when the answer names no interval. */
const DEFAULT_INTERVAL_SECONDS = 5

/** Asks for a device and a user code, RFC 8628 §3.1. */
export function planDeviceAuthorization(
  input: GrantInput<TokenEndpointFields & { device_authorization_url: string }>,
): ExchangePlan {
  return tokenRequest(input, targetParameters(input.recipe), input.recipe.device_authorization_url)
}

/** Reads the answer of a device authorization endpoint, RFC 8628 §3.2. */
export function readDeviceAuthorization(answer: Answer): DeviceAuthorization | Judgement {
  const body = parseAnswerBody(answer.body)
  const failure = readError(answer, body)
  if (failure) return failure
  const member = (name: string) => (body.kind === 'fields' ? readResponsePath(body.value, name) : undefined)
  const deviceCode = member('device_code')
  const userCode = member('user_code')
  // Google's endpoint is older than the RFC and says verification_url.
  const verificationUri = member('verification_uri') ?? member('verification_url')
  if (!isText(deviceCode) || !isText(userCode) || !isWebAddress(verificationUri)) {
    return {
      kind: 'unreadable',
      detail: 'The answer lacks a device_code, a user_code or a verification_uri.',
      hint: 'Check that device_authorization_url is the device authorization endpoint, RFC 8628 §3.1.',
    }
  }
  const complete = member('verification_uri_complete')
  return {
    deviceCode: new Secret(deviceCode),
    userCode,
    verificationUri,
    ...(isWebAddress(complete) && { verificationUriComplete: complete }),
    expiresInSeconds: positive(member('expires_in'), 86_400) ?? DEFAULT_EXPIRES_IN_SECONDS,
    intervalSeconds: positive(member('interval'), 300) ?? DEFAULT_INTERVAL_SECONDS,
  }
}

const isText = (value: unknown): value is string =>
  typeof value === 'string' && value !== '' && value.length <= 4096

/** A person will open it, so it must be an address and nothing else a browser would run. */
const isWebAddress = (value: unknown): value is string => isText(value) && httpUrlProblem(value) === undefined

function positive(value: unknown, most: number): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  return typeof number === 'number' && number > 0 ? Math.min(Math.ceil(number), most) : undefined
}

/** Device authorization, RFC 8628. */
export const deviceCode = defineGrant({
  type: 'device_code',
  title: 'Device code',
  source: 'RFC 8628',
  fields: z.object({
    grant: z.literal('device_code'),
    device_authorization_url: httpUrl.describe('The device authorization endpoint, RFC 8628 §3.1.'),
    ...tokenEndpointMembers,
  }),
  consent: 'device',
  renewal: 'only',
  secrets: (recipe) => ({ required: clientSecrets(recipe), optional: [] }),
  needs: () => ['client_id'],
  check: (recipe) => [...clientFaults(recipe), ...extraParameterFaults(recipe)],
  plan: (input) => {
    if (input.consent?.kind !== 'device') throw new BursarError('credential.needs_sign_in')
    return tokenRequest(input, [
      ['grant_type', 'urn:ietf:params:oauth:grant-type:device_code'],
      ['device_code', input.consent.deviceCode],
    ])
  },
  planRefresh,
  read: readTokenResponse,
  planDeviceAuthorization,
  readDeviceAuthorization,
})
