/** A behaviour of Marketing Cloud, and how Bursar has it. */
export interface MarketingCloudRow {
  id: string
  behaviour: string
  how: string
}

const ROW_TEXTS: ReadonlyArray<readonly [behaviour: string, how: string]> = [
  ['A key of type Security Context can be created', '`POST /marketing-cloud/security-contexts`'],
  ['Name is required', '`field.missing` at `/name`'],
  ['External key is required, ASCII only', 'visible ASCII, case matters, up to about 60 characters'],
  ['Grant type JWT Bearer can be chosen', '`grantType: "JWT Bearer"` or `jwt_bearer`'],
  ['Token endpoint is required', 'an absolute https URL'],
  ['Issuer, audience and subject become `iss`, `aud`, `sub`', 'all three are required'],
  [
    'The private key is RSA in PEM',
    'PKCS #8 or PKCS #1; with `algorithm` ES256 or EdDSA the key that fits it',
  ],
  ['Valid service URLs say where the token may go', 'the destination rules of the credential'],
  ['The token is got and used without user action', 'first at creation, then ahead of each end'],
  ['The token goes along only where the context is named and the URL listed', 'otherwise nothing is sent'],
  ['`securityOptions` name the context by its external key', '`securityContextKey`'],
  ['`securityOptions` have `securityType` and `securityContextKey`', 'and nothing else'],
  ['Each endpoint has its own `securityOptions`', '`execute` and every phase, `unpublish` too'],
  ['Existing journeys can be updated to use it', '`PUT`, then `publish`'],
  ['Three grants', '`jwt_bearer`, `client_credentials`, `client_credentials_jwt`'],
  ['Parameters of each grant', 'as their RFCs say'],
  ['Content type of the token request', 'form or JSON'],
  ['How the JWT is signed', 'RS256, `typ: JWT`, five minutes; other algorithms and lifetimes by choice'],
  ['Unknown key or wrong `securityType`', 'refused at registration or at `publish`; nothing is sent'],
  ['The token exchange fails', 'the contact is `failed`; nothing is sent'],
  ['`config.json` is read', '1.1, 1.0, 0.5; REST and RESTDECISION; by body or URL'],
  ['`metaData.category`', 'message, customer, flow, custom; anything else counts as custom'],
  ['`timeout`', '1000 to 100000 ms, 60000'],
  ['`retryCount`', '0 to 5, 0; after time-outs, network errors and 5xx'],
  ['`retryDelay`', '0 to 10000 ms, 1000'],
  ['`concurrentRequests`', '1 to 50, 1'],
  ['The body of `execute`', 'arguments, ids, `keyValue`, `mode` 0'],
  ['What a 200 brings', 'out-arguments; `branchResult` for a decision'],
  ['Any other answer', 'ejects the contact, 5xx after the retries'],
  ['`save`, `validate`, `publish` other than 200', 'nothing is published'],
  ['`useJwt`', 'the body is a JWT by the Salt key, else by the secret of the package'],
  ['Salt keys', '`0x` and hexadecimal digits'],
  ['`useJwt` and `securityOptions` together', 'both'],
  ['Endpoints are https', 'plain http to the machine itself by a setting for development'],
  ['Data binding', 'for each contact before sending; what is not there is not made up'],
]

export const ROWS: readonly MarketingCloudRow[] = ROW_TEXTS.map(([behaviour, how], index) => ({
  id: `S${index + 1}`,
  behaviour,
  how,
}))
