import { AUDIT_EVENT_FIELDS, AUDITED } from '@bursar/domain/reactor/audit-event.ts'
import { CALLBACK, CALLBACK_RETRY_SECONDS, WAITING_AT_MOST } from '@bursar/domain/reactor/callback.ts'
import { EXTENSION_PACKAGES } from '@bursar/domain/reactor/delegates.ts'
import { ENVIRONMENT } from '@bursar/domain/reactor/environment.ts'
import { HOST } from '@bursar/domain/reactor/host.ts'
import { LIBRARY_STATES, STATE_FACTS } from '@bursar/domain/reactor/library.ts'
import { NOTE } from '@bursar/domain/reactor/note.ts'
import { PROPERTY } from '@bursar/domain/reactor/property.ts'
import { singularOf } from '@bursar/domain/reactor/resource-type.ts'
import { DATA_ELEMENT, EXTENSION, RULE, RULE_COMPONENT } from '@bursar/domain/reactor/revisioned.ts'
import { SECRET } from '@bursar/domain/reactor/secrets/secret.ts'
import { SECRET_TYPES } from '@bursar/domain/reactor/secrets/table.ts'
import { z } from 'zod'
import { ROWS } from './reactor-rows.ts'

/** `docs/reactor.md`: words, and tables from the schemas and the rows that tests hold. */
export function renderReactor(): string {
  return `${[
    INTRODUCTION,
    CONVENTIONS,
    SECRETS,
    ...Object.values(SECRET_TYPES).map(({ typeOf, title, credentials, writeOnly, window }) =>
      [
        `### ${typeOf}`,
        `${title}.${window === undefined ? '' : ` ${window.charAt(0).toUpperCase()}${window.slice(1)}.`}`,
        table(
          ['member of `credentials`', 'required', 'shown', 'what'],
          membersOf(credentials).map(([name, required, what]) => [
            name!,
            required!,
            writeOnly.includes(name!.replaceAll('`', '')) ? 'never' : 'yes',
            what!,
          ]),
        ),
      ].join('\n\n'),
    ),
    STATES,
    ACTIONS,
    ENVIRONMENTS,
    PUBLISHING,
    ...[DATA_ELEMENT, RULE, RULE_COMPONENT, EXTENSION].map(({ type, input }) =>
      [`### ${type}`, table(['attribute', 'required', 'what'], membersOf(input))].join('\n\n'),
    ),
    DELEGATES,
    table(
      ['`delegate_descriptor_id`', 'what it is called', 'members of `settings`'],
      EXTENSION_PACKAGES.flatMap(({ delegates }) =>
        delegates.map(({ id, displayName, settings }) => [`\`${id}\``, displayName, settingsOf(settings)]),
      ),
    ),
    LIBRARIES,
    table(
      ['state', 'actions', 'built for'],
      LIBRARY_STATES.map((state) => {
        const { actions, stage } = STATE_FACTS[state]
        const led = Object.entries(actions).map(([action, next]) => `\`${action}\` → ${next}`)
        return [state, led.join(', ') || 'none', stage ?? 'nothing']
      }),
    ),
    BUILDS,
    EVENTS,
    OTHERS,
    ...[PROPERTY, ENVIRONMENT, HOST, NOTE].map(({ type, input }) =>
      [`### ${type}`, table(['attribute', 'required', 'what'], membersOf(input))].join('\n\n'),
    ),
    AUDIT_EVENTS,
    CALLBACKS,
    ...[CALLBACK].map(({ type, input }) =>
      [`### ${type}`, table(['attribute', 'required', 'what'], membersOf(input))].join('\n\n'),
    ),
    LISTS,
    table(
      ['type', 'filtered and sorted by'],
      [
        ...[PROPERTY, ENVIRONMENT, HOST, SECRET, NOTE],
        CALLBACK,
        { type: 'audit_events', fields: AUDIT_EVENT_FIELDS },
      ].map(({ type, fields }) => [
        `\`${type}\``,
        Object.keys(fields)
          .map((name) => `\`${name}\``)
          .join(', '),
      ]),
    ),
    ERRORS,
    ROWS_HEADING,
    table(
      ['#', 'behaviour', 'how'],
      ROWS.map(({ id, behaviour, how }) => [id, behaviour, how]),
    ),
  ].join('\n\n')}\n`
}

function membersOf(schema: z.ZodObject): string[][] {
  return Object.entries(schema.shape as Record<string, z.ZodType>).map(([name, member]) => {
    const required = !member.safeParse(undefined).success
    return [`\`${name}\``, required ? 'yes' : 'no', member.description ?? '']
  })
}

/** The members of settings as an object has them; of a choice of objects those of the first. */
function settingsOf(schema: z.ZodType): string {
  const { properties = {}, anyOf = [] } = z.toJSONSchema(schema) as {
    properties?: object
    anyOf?: Array<{ properties: object }>
  }
  const names = Object.keys(anyOf[0]?.properties ?? properties)
  return names.map((name) => `\`${name}\``).join(', ') || 'none'
}

const table = (headings: readonly string[], rows: readonly (readonly string[])[]): string =>
  [headings, headings.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')

const INTRODUCTION = `# Reactor

<!-- Made from test/documents/reactor.ts by \`npm run docs\`; a test fails when it is stale. -->

Secrets as Adobe's Reactor API has them: JSON:API 1.0 below \`/reactor\`, at the paths, with the types and in the words
of that API. A client of it needs another base URL and a key of Bursar's.

\`\`\`sh
curl -X POST "$BURSAR_URL/reactor/properties/$PROPERTY/secrets" \\
  -H "Authorization: Bearer $BURSAR_KEY" -H 'Content-Type: application/vnd.api+json' -d '{
  "data": { "type": "secrets",
    "attributes": { "name": "crm-dev", "type_of": "oauth2-client_credentials", "credentials": {
      "client_id": "crm", "client_secret": "…", "token_url": "https://login.example.com/token" } },
    "relationships": { "environment": { "data": { "type": "environments", "id": "EN…" } } } } }'
\`\`\`

A secret is a credential of Bursar's: \`reactor.\` and its id in lower case is its name in \`/v1\`, where it is
explained, paused, and given destination rules like any other. What the secret says itself, which is name, recipe and
secrets, is changed here alone; \`/v1\` refuses it with \`credential.owned\`, save \`injection\`, \`revocation_url\`,
\`extra_headers\` and \`content_type\` of the recipe, which stay whatever becomes of the secret. It is exchanged and
refreshed by the same machinery, on any number of nodes.

On the command line: \`bursar reactor list|get|create|update|act|delete\` with the paths below, see [cli.md](cli.md).
\`/openapi.json\` describes every call with its parameters, documents and errors; [api.md](api.md#reactor) lists them.`

const CONVENTIONS = `## Conventions

- \`Authorization: Bearer <key>\` with a key of Bursar's: reading takes the scope \`credentials:read\`, writing
  \`credentials:write\`; the action \`test\` shows a token and takes \`tokens:reactor.…\` as well; audit events and
  making callbacks take \`audit:read\`. \`x-api-key\` and
  \`x-gw-ims-org-id\` are taken and decide nothing: the workspace is that of the key.
- \`Content-Type: application/vnd.api+json\` on every call with a body, without parameters. In \`Accept\`,
  \`;revision=1\` chooses nothing, and other parameters are not acceptable.
- Ids are two capitals and 32 hexadecimal digits, made by the server. Instants are ISO 8601, UTC.
- Created: 201. Read and changed: 200. Deleted: 204.
- What is not known is refused, an attribute as well as a query parameter; so is what only the server writes.
  The whole resource as it was read may be sent back in an update.
- \`fields[type]=a,b\` shows only these. \`include\` is not supported.
- Every link that an answer shows can be read, but of an audit event what was deleted since. The linkage of a
  relationship that is shown with \`data\` is at \`/{type}/{id}/relationships/{name}\` too.
- There is one company, the workspace: \`GET /companies\`, and \`/companies/{id}/properties\` for its properties.`

const SECRETS = `## Secrets

| call | what |
| --- | --- |
| \`POST · GET /properties/{id}/secrets\` | create, list |
| \`GET /environments/{id}/secrets\` | those of one environment |
| \`GET · PATCH · DELETE /secrets/{id}\` | read; change and exchange anew, or an action; delete for good |
| \`POST · GET /secrets/{id}/notes\` | notes |
| \`GET /secrets/{id}/environment · /property · /data_elements\` | what belongs to it |

In an update, what is left out stays, members of \`credentials\` one by one and write-only ones among them; null takes a
member away. Every update exchanges.

The artifact of an exchange replaces the last one when it comes; until then, and when it does not come, the last one
is served as long as it lives.`

const STATES = `### States

| \`status\` | when |
| --- | --- |
| \`pending\` | the exchange of the last creation, update or \`retry\` has not ended |
| \`manual_authorization\` | a person has to open \`meta.authorization_url\`, which is shown once |
| \`succeeded\` | it brought an artifact; a refresh that fails later changes nothing of that |
| \`failed\` | it did not; \`meta.status_details\` says why. It is not repeated until somebody says so |

After the first refresh \`meta.refresh_status\` is \`succeeded\`, \`pending\` (attempts are left) or \`failed\`, and
\`meta.refresh_status_details\` has each attempt that failed with the time of it, newest first. The attempts that are
left stand in \`reason.retries\` of the credential in \`/v1\`.

An exchange succeeds with status 200 and a JSON body with \`access_token\` and \`expires_in\`, where the token lives as
long as its type demands. \`refresh_at\` is \`expires_at\` less \`refresh_offset\`. A refresh that fails is tried three
times more, evenly up to two hours before the end; when less than two and a half hours are left, up to nine tenths of
what is left.`

const ACTIONS = `### Actions

\`PATCH /secrets/{id}\` with \`meta.action\`; \`attributes\` may hold the \`type_of\` and nothing else.

| action | types | what |
| --- | --- | --- |
| \`retry\` | all | exchanges anew |
| \`test\` | oauth2, succeeded | exchanges, shows the answer in \`meta.test_exchange\` without refresh token, keeps nothing |
| \`reauthorize\` | oauth2-google | a new \`meta.authorization_url\`, for an hour |

\`oauth2-google\` needs a registration of your own with Google: see \`BURSAR_REACTOR_GOOGLE_…\` in
[settings.md](settings.md). Its redirect URI is \`<public URL>/oauth/callback\`.`

const ENVIRONMENTS = `## Environments and artifacts

A secret belongs to one environment or to none. Once it is set it stays, until the environment is deleted; then the
secret is free, its artifact is gone, and it is no longer refreshed. Without an environment a secret is exchanged, to
see that it works, and its artifact is thrown away. \`activated_at\` is when the artifact that is served was stored.

A property has any number of development environments, and one each of staging and production.`

const PUBLISHING = `## Data elements, rules and extensions

[Forward an event with a live token](guides/event-forwarding.md) goes from an empty property to an event at a server.

| call | what |
| --- | --- |
| \`GET /extension_packages\`, \`/extension_packages/{id}\` | what comes with Bursar, with the schema of every delegate |
| \`POST · GET /properties/{id}/extensions · /data_elements · /rules\` | create, list the heads |
| \`GET · PATCH · DELETE\` of \`/extensions/{id}\`, \`/data_elements/{id}\`, \`/rules/{id}\` | read, change, delete |
| \`…/{id}/revisions · /origin · /property · /libraries · /notes\` | what belongs to it |
| \`POST /properties/{id}/rule_components\`, \`POST · GET /rules/{id}/rule_components\` | conditions and actions of a rule |
| \`GET · PATCH · DELETE /rule_components/{id}\` | read, change, delete |

A property of the platform \`edge\` has the extension \`core\` from the start; \`adobe-cloud-connector\` has to be put into
it. The head of a resource (\`revision_number\` 0) is what is worked on. \`PATCH\` with the action \`revise\` freezes it as
its next revision, which is answered; revisions never change, and \`…/{id}/revisions\` lists them with the head. What is
deleted is left out of later builds, and runs where it was built; it can still be read, with \`deleted_at\`.

In settings, \`{{name}}\` stands for the value of a data element. A text that is one reference and nothing else becomes
the value, whatever its type; within other text a value is written out, null as nothing, objects as JSON.`

const DELEGATES = `### Delegates

Settings are JSON in a text, and have the members that the schema of the delegate says and no others. Regular
expressions are RE2. Custom code is not run: see [decision 13](decisions/0013-reactor-engine.md).`

const LIBRARIES = `## Libraries

| call | what |
| --- | --- |
| \`POST · GET /properties/{id}/libraries\`, \`GET · PATCH · DELETE /libraries/{id}\` | libraries |
| \`POST · PATCH · DELETE\` of \`/libraries/{id}/relationships/data_elements · extensions · rules\` | add, replace, remove |
| \`PATCH · DELETE /libraries/{id}/relationships/environment\` | where it is built for |
| \`GET /libraries/{id}/upstream_library · /environment · /data_elements · /rules · …\` | what belongs to it |

As in Reactor, resources come into a library by these calls and not by the document of the library. That may name the
\`environment\`, when the library is made or changed.

A library has revisions. A head that is added goes in as its newest revision, which is made where the head has changed.
An environment has one library at a time; \`submit\` and \`approve\` give the library the staging or production
environment of the property.`

const BUILDS = `## Builds

\`POST /libraries/{id}/builds\`, without a body, answers when the build has ended. It takes the revisions of the library
over those of the libraries upstream: the published ones, and those that are further along. One that succeeds is what
its environment runs from then on, until another does; what is changed at the desk does not touch it. The build of an
approved library publishes it. \`PATCH /builds/{id}\` with the action \`republish\` makes an earlier one run again.

| code in \`meta.status_details\` | the build failed because |
| --- | --- |
| \`secret-not-ready\` | a Secret data element has no succeeded secret on the environment |
| \`destination-not-fixed\` | a secret would go to an address that the event could choose |
| \`data-element-circular-reference\` | data elements refer to each other in a circle |
| \`data-elements-too-many\` | a condition or action asks for more than 500 values |
| \`not-unique\` | two data elements have the same name |
| \`upstream-build-required\` | a library upstream has no succeeded build of what is in it |
| \`deleted-resources\` | something in the library was deleted |
| \`extension-not-found\` | the extension of something was deleted or disabled |`

const EVENTS = `## Events

\`POST /reactor/edge/{environment}/events\` with a JSON object and a key with the scope \`events:<environment>\`. Data
elements find it at \`arc.event\`. The answer is \`{ requestId, buildId, results: [{ ruleId, status, logs }] }\`, where
\`status\` is \`success\`, \`condition_not_met\` or \`failed\`; it is 200 whatever became of the rules. With
\`Prefer: return=minimal\` (RFC 7240) there are no \`logs\` in it, which costs less. A session of the console sends
events too: *Try an event* on the page of a build.

- Secrets are those of the moment: one that was refreshed is used at once, one that was deleted is missing at once.
- A secret goes where the destination rules of its credential say. Without any, it goes to the method, host and path
  that the URLs of its actions fix in plain text. That is judged on the URL as it is sent, for every secret that an
  action refers to or that stands in the request, whichever way it came there.
- \`[[name]]\` in a header is replaced by the artifact of the Secret data element of that name, for those URLs only.
- Every request passes the outbound fence. Redirects are answers, and are not followed.
- A module has 30 s, and so has an event. Actions run one after another, rules side by side.
- Logs have what servers answered, so whoever may send events with a key reads that. They mask artifacts: \`*****\` and the last four characters, or \`*****\` alone for one of less than nine.
- An event has at most 256 kB and nests at most 64 deep. One that a rule sent back to its own environment is refused
  with 508 (\`CDN-Loop\`, RFC 8586).`

const OTHERS = `## Properties, environments, hosts, notes

| call | what |
| --- | --- |
| \`GET /companies\`, \`GET /companies/{id}\` | the workspace |
| \`POST · GET /companies/{id}/properties\`, \`GET · PATCH · DELETE /properties/{id}\` | deleted with all that is in it |
| \`POST · GET /properties/{id}/environments\`, \`GET · PATCH · DELETE /environments/{id}\` | with \`/property\`, \`/host\`, \`/secrets\` |
| \`POST · GET /properties/{id}/hosts\`, \`GET · PATCH · DELETE /hosts/{id}\` | kept for clients that make them; nothing is delivered there |
| \`POST · GET /properties/{id}/notes\`, \`GET /notes/{id}\` | never changed, gone with what they are about |`

const AUDIT_EVENTS = `## Caller, heartbeat, audit events

| call | what |
| --- | --- |
| \`GET /profile\` | who is asking: the caller, its workspace as the organization, \`meta.rights\`, \`meta.scopes\` |
| \`GET /heartbeat\` | 204 without a body while the database answers, else 503 |
| \`GET /audit_events\`, \`GET /audit_events/{id}\` | what became of resources, newest first |

An audit event is a line of the audit trail, so it is there when the change is, and never without it. \`type_of\` is
\`created\`, \`updated\` or \`deleted\` after ${AUDITED.map((type) => `\`${singularOf(type)}.\``).join(', ')}. \`updated\` is
also a revision, and a step of a library; a build updates its library. What goes with a property or comes with one has
no events of its own. \`entity\` is JSON in a text: type, id and link of the resource, and its name at that time.
\`filter[property]=EQ PR…\` has those of one property. What was written
before there were audit events is in \`/v1/audit\` alone.`

const CALLBACKS = `## Callbacks

| call | what |
| --- | --- |
| \`POST · GET /properties/{id}/callbacks\`, \`GET · PATCH · DELETE /callbacks/{id}\`, \`GET /callbacks/{id}/property\` | tell a URL what becomes of the resources of a property |

Each audit event of the property whose type is in \`subscriptions\` is sent to \`url\`: a \`POST\` of \`{ "data": … }\` with
the audit event as \`GET /audit_events/{id}\` has it. Any status from 200 to 299 takes the message; a redirect does not,
and is not followed. Otherwise it is sent again after ${CALLBACK_RETRY_SECONDS.map(spanOf).join(', ')}, each
counted from the attempt before, and is given up after that. To make or change a callback takes \`audit:read\` besides
\`credentials:write\`, since it tells what the trail says.

- A message is delivered at least once unless it is given up, whichever node ends in between; a callback begins with
  what happens after it was made. While nothing fails it is delivered once, about a second after the change. The id of the audit event tells
  a second delivery from another message.
- Messages are told one after another in the order of the trail; one that failed does not hold up those behind it. When
  ${WAITING_AT_MOST} of a callback wait, the others stay in the trail until there is room.
- \`meta.waiting\` says how many are tried again later, \`meta.last_failure\` why the last attempt failed; the log has
  \`callback_failed\` and \`callback_discarded\`.
- URLs are \`https\`, and every message passes the outbound fence: a private address has to be in
  \`BURSAR_OUTBOUND_ALLOW\`. Messages carry no credentials and no signature; whoever wants to be sure reads the audit
  event by its id.
- A callback works on when the key that made it is gone. With its property it goes, so \`property.deleted\` reaches none.`

/** A number of seconds in the largest unit that it is a whole number of. */
function spanOf(seconds: number): string {
  const [unit, size] = (
    [
      ['d', 86_400],
      ['h', 3_600],
    ] as const
  ).find(([, each]) => seconds % each === 0) ?? ['min', 60]
  return `${seconds / size} ${unit}`
}

const LISTS = `## Lists

\`page[number]\` from 1, \`page[size]\` 25 unless asked and 100 at most; \`meta.pagination\` says where a page stands, and
\`links\` has the \`first\`, \`prev\`, \`next\` and \`last\` page of the same query, or null where there is none.
\`sort=name,-created_at\`. \`filter[attribute]=OP value\` with \`EQ NOT LT GT BETWEEN CONTAINS\`, several values
separated by commas (\`EQ a,b\` or \`CONTAINS a,CONTAINS b\` is either, \`NOT a,b\` is neither), \`null\` for nothing.
\`CONTAINS\`, which older clients call \`LIKE\`, takes the letters A to Z in either case; for the others case matters. A
filter that is malformed is left out, and of two for one attribute the last counts.`

const ERRORS = `## Errors

\`{ "errors": [{ "id", "status", "code", "title", "detail", "meta": { "request_id" }, "source" }] }\` with every fault
at once. \`source.pointer\` points into the document, \`source.parameter\` names a query parameter. What fails later
comes in the same shape in \`meta.status_details\`, with the code \`secret-processing-error\`.

| code | status | when |
| --- | --- | --- |
| \`invalid-document\` | 400 | not JSON, or not JSON:API |
| \`invalid-parameter\` | 400 | a page, an order or a parameter that is not understood |
| \`authentication-failure\` | 401 | the key |
| \`not-authorized\` | 403 | the scopes of the key |
| \`client-generated-id\` | 403 | an id in a new resource |
| \`not-found\` | 404 | also of what a relationship names |
| \`method-not-allowed\` | 405 | \`Allow\` says which methods the path takes |
| \`not-acceptable\`, \`media-type\` | 406, 415 | other media types |
| \`conflict\` | 409 | type or id are not those of the path; an action that makes no sense now |
| \`not-unique\` | 409 | the name of a secret, the stage of an environment |
| \`read-only\` | 409, 422 | the environment of a secret; what only the server writes |
| \`invalid-secret\`, \`invalid-property\`, … | 422 | an attribute |
| \`secret-processing-error\` | 422 | a \`test\` that failed |`

const ROWS_HEADING = `## Rows

What Reactor does, row by row; each is a test of that name below \`test/reactor\`.`
