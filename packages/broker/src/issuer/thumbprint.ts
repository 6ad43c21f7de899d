import { createHash, type KeyObject, X509Certificate } from 'node:crypto'
import { BursarError } from '@bursar/domain/error.ts'

/** `x5t#S256` (RFC 7515 §4.1.8): base64url of the SHA-256 of the certificate's DER. */
export function thumbprintOf(pem: string, key: KeyObject): string {
  const certificate = parseCertificate(pem)
  if (!certificate.checkPrivateKey(key)) {
    throw new BursarError('request.invalid', {
      detail: 'The certificate does not belong to the private key.',
      hint: 'Give the certificate that was issued for this very key.',
    })
  }
  return createHash('sha256').update(certificate.raw).digest('base64url')
}

function parseCertificate(pem: string): X509Certificate {
  try {
    return new X509Certificate(pem.trim().replaceAll('\\n', '\n'))
  } catch {
    throw new BursarError('request.invalid', {
      detail: 'The certificate can not be read.',
      hint: 'Give it as PEM: -----BEGIN CERTIFICATE-----',
    })
  }
}
