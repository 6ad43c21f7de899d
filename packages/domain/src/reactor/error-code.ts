import type { ErrorCode } from '../error.ts'
import { type ResourceType, singularOf } from './resource-type.ts'

/** What errors of the whole broker are called here; all else is named by its problems. */
const CODES: Partial<Record<ErrorCode, string>> = {
  'request.malformed_json': 'invalid-document',
  'request.media_type': 'media-type',
  'request.too_large': 'too-large',
  'request.not_found': 'not-found',
  'request.method': 'method-not-allowed',
  'request.invalid': 'invalid-document',
  'caller.unauthenticated': 'authentication-failure',
  'caller.forbidden': 'not-authorized',
  'session.ended': 'authentication-failure',
  'session.foreign_request': 'not-authorized',
  'credential.not_found': 'not-found',
  'credential.changed': 'conflict',
  'json_api.malformed': 'invalid-document',
  'json_api.query': 'invalid-parameter',
  'json_api.client_id': 'client-generated-id',
  'json_api.conflict': 'conflict',
  'json_api.not_acceptable': 'not-acceptable',
  'reactor.not_found': 'not-found',
  'reactor.not_unique': 'not-unique',
  'reactor.loop': 'loop-detected',
  'reactor.conflict': 'conflict',
}

/** Of what is nobody's business but the broker's. */
export const INTERNAL = 'internal-error'

/** What Reactor calls an error of the broker that its problems do not name. */
export const codeOf = (code: ErrorCode): string => CODES[code] ?? INTERNAL

/** Titles that are not the words of their code. A title never changes for a code. */
const TITLES: Readonly<Record<string, string>> = {
  'not-found': 'Record Not Found',
  'not-unique': 'Not Unique',
  'not-authorized': 'Not Authorized',
  'media-type': 'Unsupported Media Type',
}

/** The title of an error code. */
export const titleOf = (code: string): string =>
  TITLES[code] ??
  code
    .split(/[-_]/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join(' ')

/** The code of what is wrong with an attribute or relationship of a resource: `invalid-secret`. */
export const invalidCode = (type: ResourceType): string => `invalid-${singularOf(type)}`
