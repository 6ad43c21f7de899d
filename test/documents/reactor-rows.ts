/** A behaviour of Reactor, and how Bursar has it. */
export interface ReactorRow {
  id: string
  behaviour: string
  how: string
}

const ROW_TEXTS: ReadonlyArray<readonly [behaviour: string, how: string]> = [
  ['Five types of secret', 'any other `type_of` is refused'],
  ['Members of client credentials', '`refresh_offset` is 14400 where it is not set, and never below 0'],
  ['`client_secret` is in no answer', 'nor in errors, where a provider repeats it'],
  ['Only the grant client credentials', '`options` can not say otherwise'],
  ['An exchange when created and when updated', 'by POST, with id, secret and options; any update counts'],
  ['Success is 200 and JSON', 'with `access_token` and `expires_in`; all else fails'],
  ['`expires_in` greater than 28800', '28800 itself fails'],
  ['`refresh_offset` less than `expires_in` - 14400', '28800 of 36000 fails'],
  ['`expires_at` and `refresh_at`', 'counted from the answer'],
  ['Failure', '`failed`, with `meta.status_details`'],
  ['`meta.status_details`', 'status and OAuth error, or the network fault; never upstream headers'],
  ['Members of a JWT', 'five are required'],
  ['`alg`', 'RS256 only'],
  ['The JWT', '`exp` by `ttl`, custom claims, `kid`; `iat` lies five seconds back, `jti` is random'],
  ['`refresh_offset` of a JWT', '1800 where it is not set'],
  ['JWT with `token_url`', 'as `assertion`, RFC 7523; `options.jwt_param` names another parameter'],
  ['JWT without `token_url`', 'is the artifact, and `ttl` its life'],
  ['Window of a JWT', 'an hour of life, half an hour between refreshes'],
  ['Scopes of Google', 'adwords and pubsub, at least one'],
  ['Google waits for a person', '`manual_authorization`, with `meta.authorization_url`'],
  ['Shown once', 'in the answer to the call that made it'],
  ['For an hour', 'then `reauthorize`'],
  ['After the consent', 'an hour of life, refreshed after half of it'],
  ['Google fails', '`meta.status_details`, a refused consent too'],
  ['`reauthorize`', 'a new URL; what was authorized before is served meanwhile'],
  ['User name and password', 'Base64 of both with a colon'],
  ['What does not end', '`expires_at` and `refresh_at` are null'],
  ['Token', 'is the artifact; shown as `credentials: {}`'],
  ['One environment', 'neither cleared nor changed: 409 `read-only`'],
  ['A deleted environment', 'sets its secrets free'],
  ['The artifact is kept for the environment', '`activated_at`'],
  ['Without an environment', 'exchanged, and thrown away'],
  ['Refreshed by itself', 'exchanged, succeeded, and with an environment'],
  ['A refresh that works', '`refresh_status` succeeded; all three instants are new'],
  [
    'A refresh that fails',
    'three more attempts, the last two hours before the end; with less than two and a half hours left, up to nine tenths of that',
  ],
  ['Secrets reach a library through a data element', '`core::dataElements::secret`'],
  ['One secret for each stage', 'and no other members'],
  ['A build needs succeeded secrets', '`secret-not-ready` names data element, stage and secret'],
  ['At run time', 'the artifact of the environment'],
  ['Missing stage, missing value', 'two errors, in the words of the engine'],
  ['Created at once', '201 and `pending`'],
  ['`retry`, `test`, `reauthorize`', '`test` changes nothing; 409 where an action makes no sense'],
  ['Deleted for good', '204; credential, artifact and notes go at once'],
  ['Names are unique in a property', '409 `not-unique`'],
  ['Only in properties of the platform edge', '422'],
  [
    'Filters, pages, order',
    '25 on a page, 100 at most, with links to the others; a malformed filter is left out, a malformed page or order is refused',
  ],
  ['Related reads', 'environment, property, data elements, notes of up to 512 characters'],
  ['Logs', 'are masked'],
  ['Errors', 'JSON:API, with a pointer'],
]

export const ROWS: readonly ReactorRow[] = ROW_TEXTS.map(([behaviour, how], index) => ({
  id: `R${index + 1}`,
  behaviour,
  how,
}))
