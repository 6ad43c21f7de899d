import { ERRORS } from '../error.ts'
import type { Door } from './described-routes.ts'
import { describeParameters } from './parameters.ts'
import { errorsOf, type Route } from './route.ts'

/** `docs/api.md`: the native API call by call, and what calls the doors have. */
export function renderReference(routes: readonly Route[], doors: readonly Door[]): string {
  const parts = [
    INTRODUCTION,
    renderOverview(routes),
    ...renderTags(routes),
    THE_DOORS,
    ...doors.map(renderDoor),
  ]
  return `${parts.join('\n\n')}\n`
}

/** Every call of a door with its bodies and answers, for a page of its own. */
export function renderDoorReference({ title, page, routes }: Door): string {
  const introduction = `# The API of ${title}

<!-- Made from packages/domain/src/api by \`npm run docs\`; a test fails when it is stale. -->

The calls that [${page}](${page}) explains, each with its body and its answer. \`GET /openapi.json\` says the same for
machines; what goes for every call of the API, [api.md](api.md) does.`
  return `${[introduction, renderOverview(routes), ...renderTags(routes)].join('\n\n')}\n`
}

function renderTags(routes: readonly Route[]): string[] {
  const tags = [...new Set(routes.map((route) => route.tag))]
  return tags.map((tag) => {
    const own = routes.filter((route) => route.tag === tag)
    return `## ${tag}\n\n${own.map(renderRoute).join('\n\n')}`
  })
}

const THE_DOORS = `## The doors

Other products' APIs, spoken by Bursar. Each has its page; \`/openapi.json\` describes every call of them with
parameters, bodies, answers and errors.`

/** The calls of a door by what they are about, those of one path together. */
function renderDoor({ title, path, page, routes }: Door): string {
  const tags = [...new Set(routes.map((route) => route.tag))]
  const rows = tags.map((tag) => {
    const own = routes.filter((route) => route.tag === tag)
    const paths = Map.groupBy(own, (route) => route.path)
    const calls = [...paths].map(
      ([at, all]) => `\`${all.map(({ method }) => method).join(' · ')} ${at.slice(path.length) || '/'}\``,
    )
    return `| ${tag.replace(`${title}: `, '')} | ${calls.join('<br>')} |`
  })
  return [
    `### ${title}`,
    `[${page}](${page}); below \`${path}\`:`,
    ['| about | calls |', '|---|---|', ...rows].join('\n'),
  ].join('\n\n')
}

const INTRODUCTION = `# The REST API

<!-- Made from packages/domain/src/api by \`npm run docs\`; a test fails when it is stale. -->

Every call with a scope wants \`Authorization: Bearer <key>\`, or the cookie of a [session](#sign-in); what a key may
do, its scopes say.
Bodies and answers are JSON in UTF-8, names in snake_case, instants ISO 8601 in UTC, spans in seconds unless a name says \`_ms\`.
Errors are \`application/problem+json\` (RFC 9457) and name everything that is wrong at once;
[errors.md](errors.md) explains each code. \`GET /openapi.json\` is this page for machines.

Bodies are read strictly: at most 1 MiB, no duplicate members, no numbers that would change.
A list answers \`{ "items": […], "next_cursor": … }\`; hand \`next_cursor\` to \`?cursor=\` for the next page.
A credential and a provider carry an \`ETag\`; a change with \`If-Match\` is refused with 412 when somebody was faster.
Every answer carries \`X-Request-Id\`: that of the request where it had one, else a new one.`

function renderOverview(routes: readonly Route[]): string {
  const rows = routes.map(
    (route) =>
      `| [\`${route.method} ${route.path}\`](#${anchorOf(route)}) | ${route.summary} | ${renderScope(route)} |`,
  )
  return ['| call | what | scope |', '|---|---|---|', ...rows].join('\n')
}

const anchorOf = ({ summary }: Route): string =>
  summary
    .toLowerCase()
    .replaceAll(/[^\w -]/g, '')
    .replaceAll(' ', '-')

const renderScope = ({ scope }: Route): string => (scope === null ? 'none' : `\`${scope}\``)

function renderRoute(route: Route): string {
  const { body, answer } = route
  const parts = [
    `### ${route.summary}`,
    `\`${route.method} ${route.path}\` · scope ${renderScope(route)}`,
    route.description,
    renderParameters(route),
    body &&
      `Body, \`${[...body.mediaTypes, ...(body.streamTypes ?? [])].join('` or `')}\`:\n\n${renderJson(body.example)}`,
    renderAnswer(answer),
    `Errors: ${errorsOf(route).map(renderError).join(', ')}.`,
  ]
  return parts.filter((part) => part !== undefined && part !== '').join('\n\n')
}

function renderAnswer({ status, schema, example, mediaTypes }: Route['answer']): string {
  const types = mediaTypes && `\`${mediaTypes.join('` or `')}\``
  if (schema === undefined)
    return types === undefined ? `Answers ${status} without a body.` : `Answers ${status}, as ${types}.`
  const beside = types === undefined ? '' : `, or ${types} where the body was such a stream`
  return `Answers ${status}${beside}:\n\n${renderJson(example)}`
}

function renderParameters({ params, query }: Route): string {
  const rows = [...describeParameters('path', params), ...describeParameters('query', query)].map(
    ({ name, in: place, schema, description = '' }) =>
      `| \`${name}\` | ${place} | ${renderRange(schema)} | ${description} |`,
  )
  return rows.length === 0 ? '' : ['| parameter | in | type | |', '|---|---|---|---|', ...rows].join('\n')
}

function renderRange(schema: Record<string, unknown>): string {
  if (Array.isArray(schema.enum)) return schema.enum.map((value) => `\`${value}\``).join(', ')
  const { type, minimum, maximum } = schema
  return type === 'integer' && maximum !== undefined ? `integer, ${minimum} to ${maximum}` : String(type)
}

const renderJson = (value: unknown): string => `\`\`\`json\n${JSON.stringify(value, null, 2)}\n\`\`\``

const renderError = (code: keyof typeof ERRORS): string =>
  `[\`${code}\`](errors.md#${code.replaceAll(/[^\w-]/g, '')}) (${ERRORS[code].status})`
