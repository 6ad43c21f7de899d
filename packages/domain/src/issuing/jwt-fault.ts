/** Why a JWT is not accepted; the sentence is for people and names nothing of the token. */
export const JWT_FAULTS = {
  'jwt.malformed': 'This is not a JWT: three parts in base64url, the first a JSON object with alg.',
  'jwt.too_large': 'The token or its header is too long.',
  'jwt.unsigned': 'The token is not signed.',
  'jwt.duplicate_member': 'A member stands twice in the header.',
  'jwt.critical': 'The header demands an extension that is not known here.',
  'jwt.algorithm': 'The key does not sign with the algorithm that the header names.',
  'jwt.unknown_key': 'No key here has the kid of the header.',
  'jwt.signature': 'The signature does not fit.',
  'jwt.claims': 'The payload is not a JSON object, or a registered claim has the wrong type.',
  'jwt.claim_missing': 'A claim that is needed is not there.',
  'jwt.expired': 'The token has ended.',
  'jwt.not_yet_valid': 'The token is not valid yet.',
  'jwt.issued_in_future': 'The token says that it was issued in the future.',
  'jwt.issuer': 'The token is from another issuer.',
  'jwt.audience': 'The token is for somebody else.',
  'jwt.revoked': 'The token was revoked.',
} as const satisfies Record<string, string>

export type JwtFaultCode = keyof typeof JWT_FAULTS

export interface JwtFault {
  fault: JwtFaultCode
  detail: string
}

export const jwtFault = (fault: JwtFaultCode, detail: string = JWT_FAULTS[fault]): JwtFault => ({
  fault,
  detail,
})

export const isJwtFault = (value: object): value is JwtFault => 'fault' in value
