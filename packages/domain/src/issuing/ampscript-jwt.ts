/** What the rules, which have no cryptography, are handed in. Every answer is base64url without padding. */
export interface AmpscriptCalls {
  /** Of the UTF-8 bytes. */
  base64url(text: string): string
  /** The key is the UTF-8 bytes of the secret. */
  mac(alg: HmacName, secret: string, input: string): string
}
/** A key of the store, which signs by itself. */
export type NamedKey =
  | { kind: 'symmetric'; mac(alg: HmacName, input: string): string }
  /** The platform's asymmetric keys are RSA; others of ours sign nothing here. */
  | { kind: 'asymmetric'; isRsa: boolean; sign(alg: RsaName, input: string): string | Promise<string> }

export type HmacName = 'HS256' | 'HS384' | 'HS512'
export type RsaName = 'RS256' | 'RS384' | 'RS512'

/**
 * `aborted`: the platform stops rendering the page (HTTP 422) and no script can catch it.
 * `exception`: thrown to the script.
 */
export type AmpscriptFault =
  | { kind: 'aborted'; message: string }
  | { kind: 'exception'; name: 'InvalidFunctionException' | 'FunctionExecutionException'; message: string }
export type AmpscriptJwt = { kind: 'jwt'; jwt: string } | AmpscriptFault

const HMAC_NAMES: ReadonlySet<string> = new Set(['HS256', 'HS384', 'HS512'])
const RSA_NAMES: ReadonlySet<string> = new Set(['RS256', 'RS384', 'RS512'])

const isHmac = (alg: string): alg is HmacName => HMAC_NAMES.has(alg)
const isRsa = (alg: string): alg is RsaName => RSA_NAMES.has(alg)

/**
 * The AMPscript function `GetJWT(secret, algorithm, payload)`. The payload is signed as it is, never parsed;
 * nothing is added. The secret counts as its UTF-8 bytes, whatever it looks like.
 */
export function getJwt(args: readonly unknown[], calls: AmpscriptCalls): AmpscriptJwt {
  const read = readArguments('GetJWT', args)
  if ('kind' in read) return read
  const { key: secret, alg, payload } = read
  if (!isHmac(alg)) return aborted('GetJWT signs with HS256, HS384 or HS512.')
  if (secret === '') return aborted('The secret of GetJWT is empty.')
  const input = signingInput(alg, payload, calls)
  return { kind: 'jwt', jwt: `${input}.${calls.mac(alg, secret, input)}` }
}

/** The AMPscript function `GetJWTByKeyName(key name, algorithm, payload)`. */
export async function getJwtByKeyName(
  args: readonly unknown[],
  findKey: (name: string) => NamedKey | undefined | Promise<NamedKey | undefined>,
  calls: Pick<AmpscriptCalls, 'base64url'>,
): Promise<AmpscriptJwt> {
  const read = readArguments('GetJWTByKeyName', args)
  if ('kind' in read) return read
  const { key: name, alg, payload } = read
  if (!isHmac(alg) && !isRsa(alg)) {
    return aborted('GetJWTByKeyName signs with HS256, HS384, HS512, RS256, RS384 or RS512.')
  }
  const key = await findKey(name)
  if (key === undefined) return aborted('There is no key of this name.')
  const input = signingInput(alg, payload, calls)
  if (key.kind === 'symmetric' && isHmac(alg)) return { kind: 'jwt', jwt: `${input}.${key.mac(alg, input)}` }
  if (key.kind === 'asymmetric' && key.isRsa && isRsa(alg))
    return { kind: 'jwt', jwt: `${input}.${await key.sign(alg, input)}` }
  return {
    kind: 'exception',
    name: 'FunctionExecutionException',
    message: `The key is ${key.kind}, which does not fit ${alg}.`,
  }
}

function readArguments(
  name: string,
  args: readonly unknown[],
): { key: string; alg: string; payload: string } | AmpscriptFault {
  if (args.length !== 3) {
    const message = `${name} takes exactly 3 arguments, not ${args.length}.`
    return { kind: 'exception', name: 'InvalidFunctionException', message }
  }
  const [key, alg, payload] = args
  if (typeof key !== 'string' || typeof alg !== 'string' || typeof payload !== 'string') {
    const message = `The arguments of ${name} are texts.`
    return { kind: 'exception', name: 'FunctionExecutionException', message }
  }
  return { key, alg: alg.toUpperCase(), payload }
}

const aborted = (message: string): AmpscriptFault => ({ kind: 'aborted', message })

type Encoder = Pick<AmpscriptCalls, 'base64url'>

/** Exactly these members in this order, without blanks and without `kid`. */
function signingInput(alg: HmacName | RsaName, payload: string, { base64url }: Encoder): string {
  let header = headers.get(alg)
  if (header === undefined) {
    header = base64url(`{"alg":"${alg}","typ":"JWT"}`)
    headers.set(alg, header)
  }
  return `${header}.${base64url(payload)}`
}

/** As they are encoded; there are six. */
const headers = new Map<HmacName | RsaName, string>()
