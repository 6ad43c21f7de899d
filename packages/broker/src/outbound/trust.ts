import { X509Certificate } from 'node:crypto'
import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls'
import { BursarError } from '@bursar/domain/error.ts'

/** One context for all connections: building it anew for each costs more than the handshake. */
export function createTrust(extraCa: string | undefined): SecureContext {
  if (extraCa === undefined) return createSecureContext({ minVersion: 'TLSv1.2' })
  return createSecureContext({
    minVersion: 'TLSv1.2',
    ca: [...getCACertificates(), ...parseCertificates(extraCa)],
  })
}

function parseCertificates(pem: string): string[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []
  try {
    for (const block of blocks) new X509Certificate(block)
    if (blocks.length > 0) return blocks
  } catch {
    // Falls through: the error of OpenSSL says nothing a reader could use.
  }
  throw new BursarError('settings.invalid', {
    detail: 'outbound.extra_ca holds no readable PEM certificate.',
    path: '/outbound/extra_ca',
    hint: 'It wants one or more -----BEGIN CERTIFICATE----- blocks.',
  })
}
