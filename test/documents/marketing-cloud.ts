import { PHASES } from '@bursar/domain/marketing-cloud/activity-config.ts'
import { contactInput } from '@bursar/domain/marketing-cloud/contact.ts'
import { RANGES } from '@bursar/domain/marketing-cloud/ranges.ts'
import { CONTEXT_GRANTS, contextSchema } from '@bursar/domain/marketing-cloud/security-context.ts'
import type { z } from 'zod'
import { ROWS } from './marketing-cloud-rows.ts'

/** `docs/marketing-cloud.md`: words, and tables from the schemas and the rows that tests hold. */
export function renderMarketingCloud(): string {
  return `${[
    INTRODUCTION,
    CONTEXTS,
    ...Object.entries(CONTEXT_GRANTS).map(([type, { titles, source, members }]) =>
      [
        `### ${type}`,
        `${titles.map((title) => `*${title}*`).join(', ')}. ${source}.`,
        table(['member', 'required', 'what'], membersOf(members)),
      ].join('\n\n'),
    ),
    SALT_KEYS,
    ACTIVITIES,
    table(
      ['knob of `arguments.execute`', 'from', 'to', 'where it is not set'],
      Object.entries(RANGES).map(([name, { least, most, standard, unit }]) => [
        `\`${name}\` (${unit})`,
        String(least),
        String(most),
        String(standard),
      ]),
    ),
    DRIVING,
    table(['member', 'required', 'what'], membersOf(contactInput)),
    RUNS,
    table(
      ['#', 'behaviour', 'how'],
      ROWS.map(({ id, behaviour, how }) => [id, behaviour, how]),
    ),
  ].join('\n\n')}\n`
}

/** Members that every context has stand in the first table. */
function membersOf(schema: z.ZodObject): string[][] {
  return Object.entries(schema.shape as Record<string, z.ZodType>).map(([name, member]) => {
    const required = !member.safeParse(undefined).success
    return [`\`${name}\``, required ? 'yes' : 'no', member.description ?? '']
  })
}

const table = (headings: readonly string[], rows: readonly (readonly string[])[]): string =>
  [headings, headings.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')

const INTRODUCTION = `# Marketing Cloud

<!-- Made from test/documents/marketing-cloud.ts by \`npm run docs\`; a test fails when it is stale. -->

Security contexts and custom activities as Marketing Cloud Engagement has them: Bursar gets the bearer token, renews
it, and sends it with what a journey asks of an activity. [A guide](guides/custom-activity.md) does it in ten minutes.

Everything lies below \`/marketing-cloud\` and wants \`Authorization: Bearer <key>\`. Members are spelt as Marketing
Cloud spells them. Errors are those of [errors.md](errors.md), with a JSON pointer into what was sent.

| call | what | scope of the key |
|---|---|---|
| \`POST · GET /security-contexts\` | create (\`?wait=10\` waits for the first token), list | \`credentials:write\` · \`credentials:read\` |
| \`GET · PATCH · DELETE /security-contexts/{externalKey}\` | PATCH is a JSON merge patch; the secret stays unless it is named | \`credentials:…\` |
| \`POST · GET /salt-keys\`, \`GET · PATCH · DELETE /salt-keys/{externalKey}\` | keys that sign bodies; PATCH gives another \`name\` or \`key\` | \`credentials:…\` |
| \`POST · GET /activities\` | register by \`{ key?, config }\` or \`{ key?, url }\`, with \`jwtSigningSecret?\`; list | \`credentials:…\` |
| \`GET · PUT · DELETE /activities/{key}\` | with \`problems\`: what keeps it from being published | \`credentials:…\` |
| \`POST /activities/{key}/${PHASES.join(' · ')}\` | drive a phase | \`credentials:write\`, and \`proxy:mc.…\` of the security context |
| \`POST /activities/{key}/execute\` | one contact as JSON, or a stream as \`application/x-ndjson\` | \`proxy:mc.…\`; without a security context \`credentials:write\` |
| \`GET /activities/{key}/runs\`, \`GET …/runs/{id}\`, \`GET …/runs/{id}/results\` | what runs have come to; \`?status=failed,invalid\` chooses results | \`credentials:read\` |
| \`POST /activities/{key}/runs\` | a run that waits for its contacts, which \`resume\` brings | as execute |
| \`POST /activities/{key}/runs/{id}/resume\` | the same stream again; goes on where it stopped | as execute |
| \`POST /activities/{key}/runs/{id}/stop\` | the run ends in order, whoever began it; it can be resumed | as execute |

Each call with its body and answer: [marketing-cloud-api.md](marketing-cloud-api.md), and \`/openapi.json\`.

Lists answer 50 at a time, or \`limit\` up to 500; \`nextCursor\` of a page is the \`cursor\` of the next one, and null on the
last. Runs come newest first, security contexts by name, all else as it was made.

On the command line: \`bursar security-context …\`, \`bursar salt-key …\` and \`bursar activity …\`, see [cli.md](cli.md).`

const CONTEXTS = `## Security contexts

A security context is a credential: \`mc.\` and its external key, encoded in lower case, is the name of it, which
\`/v1\` shows, exchanges, pauses and explains like every other. Its valid service URLs are the destination rules.

${table(
  ['member', 'required', 'what'],
  membersOf(contextSchema('client_credentials', false)).filter(
    ([name]) => !Object.hasOwn(CONTEXT_GRANTS.client_credentials.members.shape, name!.replaceAll('`', '')),
  ),
)}

A valid service URL is an absolute https URL without query and fragment. It covers a request of the same scheme, host
and port whose path equals it or lies below it at a \`/\`; \`*.\` may stand for the first labels of the host. A request
whose path has dot segments, encoded slashes, backslashes or control characters is refused, not repaired. A redirect
is an answer like any other and is not followed.

The token request is a POST with these parameters, as a form or as JSON. JWTs are signed with header \`typ: JWT\`, and
\`kid\` where \`keyId\` is set; \`iat\` lies five seconds back, \`jti\` is random.`

const SALT_KEYS = `## Salt keys

\`{ "name", "externalKey", "key" }\`; the key is \`0x\` and 8 to 1024 hexadecimal digits, and is never shown again. An
endpoint with \`useJwt: true\` is sent a compact JWT (HS256, header \`{"alg":"HS256","typ":"JWT"}\`) over the body as it
would have been, with \`Content-Type: application/jwt\`. It is signed with the bytes of the Salt key that \`customerKey\`
names; where none is named, with the activity's \`jwtSigningSecret\` (its UTF-8 bytes). Without either it is not sent.
A short key can be found by trying: 32 bytes or more are better.

\`PATCH\` with \`key\`, \`bursar salt-key rotate\`, or *Rotate* at the key in the console, gives a Salt key other bytes: what
is signed from then on is signed with the new ones and nothing else, since one body carries one signature. So let the
activity accept both first, then rotate, then let it forget the former.`

const ACTIVITIES = `## Custom activities

A \`config.json\` with \`workflowApiVersion\` 1.1, 1.0 or 0.5 and \`type\` REST or RESTDECISION. What Bursar does not
need is kept and not judged. It reads \`metaData.category\`, \`lang\`, \`outcomes\`, and of \`arguments.execute\` and of
${PHASES.map((phase) => `\`${phase}\``).join(', ')} in \`configurationArguments\`: \`url\`, \`verb\` (POST), \`header\`, \`body\`
(replaces the standard body), \`useJwt\`, \`customerKey\`, \`timeout\` and \`securityOptions\`; of \`execute\` also
\`inArguments\`, \`outArguments\`, \`format\` and the knobs below. \`securityOptions\` that stand where nothing reads
them, or are spelt otherwise, are refused: whoever wrote them believes that a token goes along.`

const DRIVING = `A value outside its range is refused.

### Phases

\`publish\` calls \`save\`, \`validate\` and \`publish\`, those that are configured, in this order; each has to answer 200,
or the activity stays what it was. Before the first call everything that endpoints name has to exist. \`stop\` and
\`unpublish\` take effect here whatever the service answers. Another configuration (\`PUT\`) makes it a draft again.

### Data binding

Texts in \`inArguments\` and \`body\` may hold \`{{Contact.Key}}\`, \`{{Contact.Attribute.…}}\`, \`{{Event.<key>.…}}\`,
\`{{Interaction.<activity key>.…}}\`, \`{{InteractionDefaults.…}}\`, \`{{Activity.Id}}\` and \`{{Context.…}}\`
(\`ExecutionMode\`, \`DefinitionId\`, \`DefinitionInstanceId\`, \`ContactKey\`, \`StartActivityKey\`, \`RequestObjectId\`); names
with dots or blanks stand in double quotes. A text that is one expression takes the value as it is. An expression that
means nothing is refused at registration; one that a contact has no value for ejects the contact, and nothing is sent.

### Contacts`

const RUNS = `### What becomes of a contact

| \`status\` | when |
|---|---|
| \`sent\` | the activity answered 200: scalars of a flat JSON object are \`outArguments\`; of a RESTDECISION \`branchResult\` has to be one of the outcomes |
| \`ejected\` | it answered otherwise (5xx after the retries), or data binding failed: the contact leaves the journey |
| \`failed\` | no answer could be had: no token, no destination rule, no connection, no answer in time after the retries |
| \`invalid\` | the line is no contact; \`line\` and \`reason\` say which and why, and the rest runs |

\`attempts\` counts them; what is sent again after a 401 belongs to the same one. \`mayBeRepeated\` marks a contact that the activity may have received more than once: an
attempt without an answer was followed by another, or a crash left it open whether it had been sent. Every attempt for
a contact has the same \`activityInstanceId\`, so that an activity can tell.

After a 401 the token is renewed once and the request sent again. Time-outs, network errors and 5xx are tried again
\`retryCount\` times, \`retryDelay\` apart.

### Runs

A stream of contacts is a run. The first line of the answer names it (\`{"run":{"id":…}}\`), then comes a line for each
contact as it is known, then one with the counts. A line is sent to the activity only once it is on record that it may
be, and its result goes out only once it is on record. So after a crash of the broker, or of the caller, nothing is
lost: \`resume\` with the same stream goes on where it stopped, and only what was on its way in that moment may arrive
twice. Another stream than the run began with is refused before anything is sent. Who resumes a run that still goes on
takes it over. Who stops it (\`…/stop\`) lets it end in order: what is under way has its answer, the rest is left for
\`resume\`, and nobody is marked. On another node than the one that drives it, it ends with its next line or result;
where nobody drives it any more, since that node is gone, it waits to be resumed from then on. Results are kept, sealed, as long as exchange records are.

Before anything is sent, a run looks again: nothing more goes once the activity is unpublished, stopped or deleted, its
Salt key deleted, or the key or session that sends the contacts gone. The run ends as where somebody stops it, and can be
resumed; the last line of the answer, and \`reason\` of the run, say why, and how much was not sent. A Salt key that is
rotated signs what follows.

No more is read than can be worked on: a reader that stops reading stops the run, in bounded memory. A client that can
not read while it sends, such as a browser over HTTP/1.1, makes the run first (\`POST …/runs\`), sends the contacts to
\`resume\` with \`Prefer: return=minimal\` (RFC 7240), which leaves the lines of contacts out of the answer, and reads
\`…/runs/{id}\` and its results meanwhile.

## Rows

What Marketing Cloud does, row by row; each is a test of that name below \`test/marketing-cloud\`.`
