import { BursarError } from '@bursar/domain/error.ts'
import type { FieldValue, TokenRequest } from '@bursar/domain/exchange.ts'
import { encodeFormComponent } from '@bursar/domain/form.ts'
import type { SecretName } from '@bursar/domain/grants/grant.ts'
import type { SecretReference } from '@bursar/domain/outside-reference.ts'
import { revealText, Secret } from '@bursar/domain/secret.ts'
import type { WireRequest } from '../outbound/outbound.ts'
import type { Ports } from './ports.ts'
import { resolveProviderSecret } from './provider-secrets.ts'
import type { KeptSecrets } from './sealed.ts'

/** Reads the values behind references; throws `secret.unresolved` for the first that can not be read. */
export async function resolveSecrets(
  ports: Pick<Ports, 'sources' | 'store' | 'envelope'>,
  workspaceId: string,
  kept: KeptSecrets,
): Promise<Record<SecretName, Secret>> {
  const resolved: Record<SecretName, Secret> = {}
  const references: Array<Promise<void>> = []
  for (const [name, secret] of Object.entries(kept)) {
    if ('value' in secret) resolved[name] = secret.value
    else {
      const read = readReference(ports, workspaceId, secret.reference)
      references.push(
        read.then(
          (value) => {
            resolved[name] = value
          },
          (error) => Promise.reject(named(error, name)),
        ),
      )
    }
  }
  if (references.length > 0) await Promise.all(references)
  return resolved
}

/** The same error, saying which of the secrets it is about. */
const named = (error: unknown, name: SecretName): unknown =>
  error instanceof BursarError && error.problems.length === 0
    ? new BursarError(error.code, {
        detail: error.detail,
        path: `/secrets/${name}`,
        ...(error.hint !== undefined && { hint: error.hint }),
      })
    : error

const readReference = (
  ports: Pick<Ports, 'sources' | 'store' | 'envelope'>,
  workspaceId: string,
  reference: SecretReference,
): Promise<Secret> =>
  reference.from === 'provider'
    ? resolveProviderSecret(ports, workspaceId, reference)
    : ports.sources.resolve(reference)

/** A request as bytes, and every secret in it, so that whatever shows it can take them out. */
export interface PreparedRequest {
  wire: WireRequest
  secrets: readonly string[]
}

/** Signs and reveals: the last step before the wire. */
export async function prepareRequest(
  { signer }: Pick<Ports, 'signer'>,
  request: TokenRequest,
): Promise<PreparedRequest> {
  const secrets: string[] = []
  const keep = (secret: string): string => {
    secrets.push(secret)
    return secret
  }
  // A promise for a JWT only: most values are there.
  const reveal = (value: FieldValue): string | Promise<string> => {
    if (typeof value === 'string') return value
    return value instanceof Secret ? keep(value.reveal()) : signer.sign(value).then(keep)
  }
  const headers: Array<readonly [string, string]> = []
  for (const [name, value] of request.headers) {
    const text = reveal(value)
    headers.push([name, typeof text === 'string' ? text : await text])
  }
  let body: string | null = null
  if (request.body?.type === 'text') {
    headers.push(['content-type', request.body.contentType])
    body = await reveal(request.body.text)
  } else if (request.body !== undefined) {
    const fields: Array<[string, string]> = []
    for (const [name, value] of request.body.fields) {
      const text = reveal(value)
      fields.push([name, typeof text === 'string' ? text : await text])
    }
    const form = request.body.type === 'form'
    headers.push(['content-type', form ? 'application/x-www-form-urlencoded' : 'application/json'])
    body = form ? fields.map(formPair).join('&') : JSON.stringify(jsonMembers(fields))
  }
  // The secrets in a URL are known one by one; the whole of it would hide where the request went.
  const url = revealText(request.url)
  return { wire: { method: request.method, url, headers, body }, secrets }
}

/** Most values stand for themselves. */
const PLAIN = /^[\w*.-]*$/
const encoded = (text: string): string => (PLAIN.test(text) ? text : encodeFormComponent(text))
const formPair = ([name, value]: readonly [string, string]): string => `${encoded(name)}=${encoded(value)}`

/** A name that comes more than once (`resource`, RFC 8707) is a list in JSON. */
function jsonMembers(fields: ReadonlyArray<readonly [string, string]>): Record<string, string | string[]> {
  const members = new Map<string, string | string[]>()
  for (const [name, value] of fields) {
    const before = members.get(name)
    members.set(name, before === undefined ? value : [before, value].flat())
  }
  return Object.fromEntries(members)
}
