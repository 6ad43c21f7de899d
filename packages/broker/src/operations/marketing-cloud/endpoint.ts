import { createHmac } from 'node:crypto'
import { BursarError, type Problem } from '@bursar/domain/error.ts'
import { BODY_JWT_HEADER, BODY_JWT_TYPE } from '@bursar/domain/marketing-cloud/activity-body.ts'
import type { Endpoint } from '@bursar/domain/marketing-cloud/activity-config.ts'
import { credentialNameOf } from '@bursar/domain/marketing-cloud/external-key.ts'
import type { SendResult, WireRequest } from '../../outbound/outbound.ts'
import { callWithToken } from '../call-with-token.ts'
import type { Caller } from '../operations.ts'
import { demand } from '../permission.ts'
import type { Activity } from './activity.ts'
import type { MarketingCloudPorts } from './ports.ts'
import { openSaltKey } from './salt-keys.ts'

/** Sends one body to an endpoint; throws what kept it from being sent. */
export type SendBody = (body: unknown) => Promise<SendResult>

const HEADER_PART = Buffer.from(BODY_JWT_HEADER).toString('base64url')

/** A compact JWT (HS256) over the text as it is. */
export function signBody(key: Buffer, text: string): string {
  const input = `${HEADER_PART}.${Buffer.from(text).toString('base64url')}`
  return `${input}.${createHmac('sha256', key).update(input).digest('base64url')}`
}

/** Refuses a caller who may not send to an endpoint; answers the credential whose token goes along, if any does. */
export function demandSend(
  caller: Caller,
  { securityContextKey }: Pick<Endpoint, 'securityContextKey'>,
): string | null {
  if (securityContextKey === null) {
    demand(caller, { action: 'credentials:write' })
    return null
  }
  const credential = credentialNameOf(securityContextKey)
  demand(caller, { action: 'proxy', credential })
  return credential
}

/**
 * Makes an endpoint ready to be called many times. An endpoint without a security context is one its owner means
 * to be called without a token, which only those who may change credentials may cause.
 */
export async function prepareEndpoint(
  ports: MarketingCloudPorts,
  caller: Caller,
  activity: Activity,
  endpoint: Endpoint,
): Promise<SendBody> {
  const { url, header, timeoutMs } = endpoint
  const credential = demandSend(caller, endpoint)
  const signingKey = endpoint.useJwt ? await findSigningKey(ports, activity, endpoint) : null
  const type = signingKey === null ? 'application/json' : BODY_JWT_TYPE
  const headers = [...header, ['content-type', type] as const]
  const requestOf = (body: unknown): WireRequest => {
    const text = typeof body === 'string' ? body : JSON.stringify(body)
    return { method: 'POST', url, headers, body: signingKey === null ? text : signBody(signingKey, text) }
  }
  if (credential === null)
    return (body) => ports.destinations.send(requestOf(body), { deadlineMs: timeoutMs })
  return (body) => callWithToken(ports, caller, credential, requestOf(body), timeoutMs)
}

async function findSigningKey(
  ports: MarketingCloudPorts,
  { row, jwtSigningSecret }: Activity,
  { customerKey, pointer }: Endpoint,
): Promise<Buffer> {
  const key = customerKey === null ? undefined : await openSaltKey(ports, row.workspaceId, customerKey)
  if (key !== undefined) return key
  if (customerKey === null && jwtSigningSecret !== null) return Buffer.from(jwtSigningSecret.reveal())
  throw new BursarError('activity.unready', { problems: [noSigningKey(customerKey, pointer)] })
}

const noSigningKey = (customerKey: string | null, pointer: string): Problem =>
  customerKey === null
    ? {
        path: `${pointer}/customerKey`,
        code: 'salt_key.missing',
        detail: 'useJwt needs a key: no customerKey is named, and the activity has no jwtSigningSecret.',
        hint: 'Name a Salt key, or register the activity with the secret of its package.',
      }
    : {
        path: `${pointer}/customerKey`,
        code: 'salt_key.not_found',
        detail: `There is no Salt key with the external key "${customerKey}".`,
        hint: 'Make it: POST /marketing-cloud/salt-keys.',
      }

/** What keeps the endpoints of an activity from being called: unknown keys, URLs that no entry covers. */
export async function checkEndpoints(
  ports: Pick<MarketingCloudPorts, 'store' | 'envelope' | 'tokens'>,
  activity: Activity,
): Promise<Problem[]> {
  const { config, row } = activity
  const problems: Problem[] = []
  for (const endpoint of [config.execute, ...Object.values(config.phases)]) {
    const { pointer, url, securityContextKey, useJwt, customerKey } = endpoint
    if (securityContextKey !== null) {
      const credential = await ports.store.credentials.get(
        row.workspaceId,
        credentialNameOf(securityContextKey),
      )
      if (credential === undefined) {
        problems.push({
          path: `${pointer}/securityOptions/securityContextKey`,
          code: 'security_context.not_found',
          detail: `There is no security context with the external key "${securityContextKey}".`,
          hint: 'Make it: POST /marketing-cloud/security-contexts.',
        })
      } else {
        const { allowed, reasons } = ports.tokens.decide(credential.destinations, url, 'POST')
        const compared = reasons.map(({ rule, detail }) =>
          rule === undefined ? detail : `${rule}: ${detail}`,
        )
        if (!allowed) {
          problems.push({
            path: `${pointer}/url`,
            code: 'destination.refused',
            detail: `No valid service URL of "${securityContextKey}" covers it. ${compared.join(' ')}`,
            hint: 'Add the URL to validServiceUrls of the security context.',
          })
        }
      }
    }
    if (!useJwt) continue
    const named = customerKey !== null
    const known = named
      ? (await openSaltKey(ports, row.workspaceId, customerKey)) !== undefined
      : activity.jwtSigningSecret !== null
    if (!known) problems.push(noSigningKey(customerKey, pointer))
  }
  return problems
}
