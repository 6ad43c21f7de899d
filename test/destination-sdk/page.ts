import { ROWS, type Row, testsByRow } from './rows.ts'

/** `docs/destination-sdk.md`. */
export function renderDestinationSdk(): string {
  const tests = testsByRow()
  const rows = (Object.keys(ROWS) as Row[]).map((row) => {
    const files = [...new Set((tests.get(row) ?? []).map(({ file }) => file))]
    const where = files.map((file) => `[${file.split('/').slice(-2).join('/')}](../${file})`).join(', ')
    return `| ${row} | ${ROWS[row]} | ${where} |`
  })
  return `${PROSE}
| row | behaviour | tests |
|---|---|---|
${rows.join('\n')}
`
}

const PROSE = `# The Destination SDK door

<!-- Made from test/destination-sdk by \`npm run docs\`; a test fails when it is stale. -->

A destination configuration says in one JSON document how a destination is authenticated. Bursar takes it as it is,
keeps it, and makes a **provider** of each entry of \`customerAuthenticationConfigurations\`. Everything after that,
the requests, the answers, the refresh, is the native engine; the door only translates.

## The API

\`\`\`sh
curl -H "Authorization: Bearer $BURSAR_KEY" -H 'Content-Type: application/json' \\
  -H 'x-api-key: my-app' -H 'x-gw-ims-org-id: AB12@AdobeOrg' -H 'x-sandbox-name: prod' \\
  -d @destination.json "$BURSAR_URL/data/core/activation/authoring/destinations"
\`\`\`

| call | scope | answers 200 with |
|---|---|---|
| \`POST /data/core/activation/authoring/destinations\` | \`credentials:write\` | what was sent, \`instanceId\`, \`createdDate\`, \`lastModifiedDate\` |
| \`GET …/destinations\` | \`credentials:read\` | \`{ "items": [ … ] }\` |
| \`GET …/destinations/{instanceId}\` | \`credentials:read\` | the configuration |
| \`PUT …/destinations/{instanceId}\` | \`credentials:write\` | the configuration; its providers get a new version |
| \`DELETE …/destinations/{instanceId}\` | \`credentials:write\` | id and dates |

What is sent comes back untouched, members that mean nothing here included, but for secrets: \`clientSecret\`, the
values of fields with \`format: "password"\` or the name of a secret (\`refreshToken\`), and constant \`Authorization\`
headers. An update that leaves one of those out keeps it while grant, client id and token URLs of the entry stay the
same.

The headers \`x-gw-ims-org-id\`, \`x-sandbox-name\`, \`x-sandbox-id\` and \`x-api-key\` are what templates see as
\`userContext.imsOrgId\`, \`sandboxName\`, \`sandboxId\` and \`client\`.

\`/openapi.json\` describes each call with its bodies, its headers and its errors.

What is wrong is refused with 400 and [problems](errors.md) whose \`path\` is a JSON pointer into what was sent. 401,
403 and 404 mean what they mean elsewhere; 409 that accounts were made from what should go or become another client;
\`path\` names the entry. A URL with plain \`http\` is refused too, unless \`BURSAR_OUTBOUND_INSECURE_HTTP=loopback\` says that this is for development.

From a file, without the door: \`bursar provider create -f destination.json --from destination-sdk\`.

## Accounts

The entry at index *n* is the provider \`destination-{instanceId}-{n}\`. A customer's account is a credential of it:

\`\`\`json
{ "name": "moviestar-acme",
  "provider": "destination-019aab64-1b02-7c4e-8f51-7be1a8a1c0de-0",
  "recipe": { "field_values": { "clientId": "…", "moviestarId": "acme" } },
  "secrets": { "clientSecret": "…" },
  "destinations": ["https://api.moviestar.example/"] }
\`\`\`

Secrets of the partner stay with the provider; accounts refer to them, so a new client secret counts for each at
once. A new version of everything else is taken by an account when it names its provider anew
(\`PATCH {"provider": "…"}\`); what the customer entered stays. An entry with accounts keeps its place in the list, its
grant, its client id and where it asks for tokens (\`accessTokenUrl\`, the URL of \`accessTokenRequest\`): what is for
another client is another entry, at the end of the list. \`/v1\` neither changes nor deletes the provider of an entry
(\`provider.owned\`): the configuration does.

## The connect page

\`POST /v1/providers/{name}/connect-links\` with \`{ "credential": "moviestar-acme", "destinations": [ … ] }\`, or
\`bursar provider connect-link\`, makes an address for the person whose account it is. The page behind it is on the
public listener and asks for the fields of the provider; passwords are hidden and never sent back. For a code grant it
sends the browser on, takes it back, and says how it ended. It works without JavaScript, loads nothing but its own
stylesheet, and takes forms from itself only. A link is good for one connection, ends after a day unless told
otherwise, and after twenty tries. For an account that is there already it connects anew: what does not work does not
take the place of what does, save that with a code grant what was entered counts before the sign-in has ended.

## What is decided here

- \`source\` and \`fieldType\`, \`scope\` and \`scopes\` are the same; both at once must agree.
- A field with \`authenticationResponsePath\` is filled from answers. Nobody is asked for it, whatever its source.
- A field that is a secret has no \`default\`: it is refused, since each customer would be shown it.
- A code grant without \`clientId\` is refused, unless it has \`authenticationDataFields\`: then, as in the example of
  the vendor, the customer is asked for it.
- Names that an \`accessTokenRequest\` reads as \`authData.<name>\` and that nothing defines are asked of the customer;
  those in its URL, the client id and the client secret are required.
- A code is swapped at \`accessTokenUrl\` as RFC 6749 says, and \`accessTokenRequest\` gets the tokens after it; where
  the request reads \`authData.code\`, or there is no \`accessTokenUrl\`, it does both.
- A code grant with neither \`refreshTokenUrl\` nor \`accessTokenRequest\` keeps its token until it ends. The status is
  \`degraded\` from the time a refresh was due, and \`needs_sign_in\` afterwards.
- A validation that fails, a mapping that finds nothing and a template that can not be rendered fail the exchange and
  change nothing: the token that was valid stays in use.
- Other types than \`OAUTH2\` become credentials too: \`BEARER\` a token, \`BASIC\` a Basic header, the others a secret
  (the token of the credential) with plain values beside it (\`recipe.field_values\`).

## Rows

Each behaviour has tests whose titles begin with its number.
`
