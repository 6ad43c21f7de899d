import { createSecretKey, hash, type KeyObject } from 'node:crypto'
import { BursarError } from '@bursar/domain/error.ts'
import { SIGNING_ALGORITHMS, type SigningAlgorithm } from '@bursar/domain/exchange.ts'
import type { JwtSigner } from './issuer.ts'
import { encodeText } from './prepared-signer.ts'
import { SIGNATURES } from './signature.ts'
import { explainMisfit, type KeyFault, parsePrivateKey } from './signing-key.ts'
import { thumbprintOf } from './thumbprint.ts'

export interface SignerSettings {
  /** How many imported keys are kept; 1,000 when absent. */
  maxKeys?: number
}

/** Signs with Node's own calls; a key is imported once and then found by the hash of its text. */
export function createJwtSigner({ maxKeys = 1_000 }: SignerSettings = {}): JwtSigner {
  const imported = new Map<string, KeyObject>()
  const thumbprints = new Map<string, string>()

  function importKey(text: string, alg: string): KeyObject | KeyFault {
    if (!isSigningAlgorithm(alg)) {
      return {
        detail: `The algorithm ${alg} is not supported.`,
        hint: `Use one of ${SIGNING_ALGORITHMS.join(', ')}.`,
      }
    }
    const kind = alg.startsWith('HS') ? 'shared' : 'private'
    const name = hash('sha256', `${kind}\n${text}`, 'base64')
    let key = imported.get(name)
    if (!key) {
      const parsed = kind === 'shared' ? parseShared(text) : parsePrivateKey(text)
      if (!parsed.ok) return parsed.fault
      key = parsed.key
    }
    remember(imported, name, key, maxKeys)
    return (isAsymmetric(alg) && explainMisfit(key, alg)) || key
  }

  function findThumbprint(pem: string, keyText: string, key: KeyObject): string {
    const name = hash('sha256', `${hash('sha256', keyText)}\n${pem}`, 'base64')
    const thumbprint = thumbprints.get(name) ?? thumbprintOf(pem, key)
    remember(thumbprints, name, thumbprint, maxKeys)
    return thumbprint
  }

  return {
    async sign({ alg, key: secret, header, certificate, claims }) {
      const text = secret.reveal()
      const key = importKey(text, alg)
      if ('detail' in key) throw new BursarError('request.invalid', key)
      const thumbprint = certificate === undefined ? null : findThumbprint(certificate, text, key)
      const { alg: _ours, ...members } = header
      const fullHeader = { alg, ...members, ...(thumbprint !== null && { 'x5t#S256': thumbprint }) }
      const input = `${encodeJson(fullHeader)}.${encodeJson(claims)}`
      return `${input}.${await SIGNATURES[alg].sign(key, input)}`
    },

    check(text, alg) {
      const key = importKey(text, alg)
      return 'detail' in key ? key.detail : null
    },
  }
}

type AsymmetricAlgorithm = Exclude<SigningAlgorithm, `HS${string}`>

const isSigningAlgorithm = (alg: string): alg is SigningAlgorithm =>
  (SIGNING_ALGORITHMS as readonly string[]).includes(alg)
const isAsymmetric = (alg: SigningAlgorithm): alg is AsymmetricAlgorithm => !alg.startsWith('HS')

function parseShared(text: string) {
  if (text !== '') return { ok: true, key: createSecretKey(text, 'utf8') } as const
  return { ok: false, fault: { detail: 'The shared secret is empty.', hint: 'Give the secret.' } } as const
}

/** Keeps the most recently used: a map is ordered by insertion. */
function remember<Value>(map: Map<string, Value>, name: string, value: Value, max: number): void {
  map.delete(name)
  map.set(name, value)
  if (map.size > max) map.delete(map.keys().next().value!)
}

const encodeJson = (value: unknown) => encodeText(JSON.stringify(value))
