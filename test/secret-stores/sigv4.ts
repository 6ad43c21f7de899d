import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

const hash = (text: string) => createHash('sha256').update(text).digest('hex')
const mac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest()

const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/
/** RFC: "AWS Signature Version 4 for API requests"; a request is good for five minutes. */
const SKEW_MS = 5 * 60_000

export interface AwsAccount {
  accessKeyId: string
  secretAccessKey: string
  region: string
}

/**
 * Checks the signature of a request (Signature Version 4): builds the canonical request from what arrived and
 * signs it with the account's key. Answers the name of AWS's error, or null when it is good.
 */
export function signatureFault(
  request: IncomingMessage,
  body: string,
  account: AwsAccount,
  service: string,
): string | null {
  const match = AUTHORIZATION.exec(request.headers.authorization ?? '')
  if (match === null) return 'MissingAuthenticationTokenException'
  const [, keyId, day, region, signedService, signedHeaders, signature] = match as unknown as string[]
  if (keyId !== account.accessKeyId) return 'UnrecognizedClientException'
  const names = signedHeaders!.split(';')
  const date = request.headers['x-amz-date'] as string | undefined
  const sentMs = Date.parse(
    (date ?? '').replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'),
  )
  if (!names.includes('host') || !names.includes('x-amz-date') || !names.includes('x-amz-target')) {
    return 'IncompleteSignature'
  }
  if (!(Math.abs(Date.now() - sentMs) < SKEW_MS)) return 'InvalidSignatureException'
  if (region !== account.region || signedService !== service || day !== date!.slice(0, 8)) {
    return 'InvalidSignatureException'
  }
  const [path, query = ''] = request.url!.split('?')
  const canonical = [
    request.method,
    path,
    query.split('&').sort().join('&'),
    ...names.map((name) => `${name}:${String(request.headers[name]).trim().replace(/ +/g, ' ')}`),
    '',
    signedHeaders,
    hash(body),
  ].join('\n')
  const scope = `${day}/${region}/${service}/aws4_request`
  const toSign = ['AWS4-HMAC-SHA256', date, scope, hash(canonical)].join('\n')
  const key = mac(mac(mac(mac(`AWS4${account.secretAccessKey}`, day!), region!), service), 'aws4_request')
  const good = timingSafeEqual(mac(key, toSign), Buffer.from(signature!, 'hex'))
  return good ? null : 'InvalidSignatureException'
}
