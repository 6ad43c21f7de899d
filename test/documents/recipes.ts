import type { Grant } from '@bursar/domain/grants/grant.ts'
import { GRANT_TYPES, GRANTS } from '@bursar/domain/grants/table.ts'
import { recipeSchemaOf } from '@bursar/domain/recipe.ts'
import { z } from 'zod'

interface MemberSchema {
  type?: string
  enum?: readonly unknown[]
  const?: unknown
  anyOf?: readonly MemberSchema[]
  items?: MemberSchema
  description?: string
  properties?: Record<string, MemberSchema>
  required?: readonly string[]
  default?: unknown
}

/** `docs/recipes.md`: every grant with its members, as the schemas say. */
export function renderRecipes(): string {
  const sections = GRANT_TYPES.map((type) => renderGrant(GRANTS[type] as unknown as Grant, schemaOf(type)))
  const every = schemaOf('static_token').properties ?? {}
  return [
    '# Recipes',
    '',
    'A recipe says how to get a token. It is data: nothing in Bursar asks which provider it talks to. This page is made',
    'from the schemas by `npm run docs`.',
    '',
    '```json',
    EXAMPLE,
    '```',
    '',
    'Secrets stand beside the recipe, under `secrets`, never in it: as text, or as a reference,',
    '`{ "from": "env", "name": "CRM_SECRET" }` or `{ "from": "file", "path": "/run/secrets/crm" }`, which is read at each',
    'exchange and kept nowhere; [secret-sources.md](secret-sources.md) has them all, AWS and Azure included.',
    '',
    ...sections,
    '## Members for odd token endpoints',
    '',
    'Of every grant that asks a token endpoint; [recipes-templates.md](recipes-templates.md) shows how they are used.',
    '',
    ...['token_request', 'fields', 'validations'].flatMap((name) =>
      renderNested(name, objectOf(schemaOf('client_credentials').properties?.[name] ?? {})),
    ),
    '## Members of every recipe',
    '',
    ...['lifetime', 'response', 'injection'].flatMap((name) => renderNested(name, every[name] ?? {})),
  ].join('\n')
}

const EXAMPLE = JSON.stringify(
  {
    name: 'sales-email',
    recipe: {
      grant: 'client_credentials',
      token_url: 'https://login.example.com/token',
      client_id: '01d',
      scope: ['mail.read'],
    },
    secrets: { client_secret: { from: 'env', name: 'SALES_SECRET' } },
    destinations: ['https://graph.example.com/v1.0/'],
  },
  null,
  2,
)

const schemaOf = (type: (typeof GRANT_TYPES)[number]): MemberSchema =>
  z.toJSONSchema(recipeSchemaOf(type), { io: 'input', unrepresentable: 'any' }) as MemberSchema

function renderGrant(grant: Grant, schema: MemberSchema): string {
  const shared = new Set(['lifetime', 'response', 'injection', 'grant'])
  const rows = Object.entries(schema.properties ?? {})
    .filter(([name]) => !shared.has(name))
    .map(([name, member]) => row(name, member, schema.required?.includes(name) === true))
  const consent = {
    none: 'No person is needed.',
    redirect: 'A person signs in with a browser: `bursar credential connect <name>`.',
    device: 'A person enters a code on another device: `bursar credential connect <name>`.',
  }[grant.consent]
  return [
    `## ${grant.type}`,
    '',
    `${grant.title}, ${grant.source}. ${consent} ${RENEWALS[grant.renewal]}`,
    '',
    '| member | type | |',
    '|---|---|---|',
    ...rows,
    '',
  ].join('\n')
}

const RENEWALS: Record<Grant['renewal'], string> = {
  again: 'The next token is asked for in the same way.',
  refresh_or_again: 'The next token comes by the refresh token where there is one, else in the same way.',
  only: 'The next token comes by the refresh token only.',
  never: 'The token is used as it is and never renewed.',
}

function renderNested(name: string, schema: MemberSchema): string[] {
  return [
    `### ${name}`,
    '',
    ...(schema.description === undefined ? [] : [schema.description, '']),
    '| member | type | |',
    '|---|---|---|',
    ...Object.entries(schema.properties ?? {}).map(([member, inner]) => row(member, inner, false)),
    '',
  ]
}

/** What a list is a list of, under the description of the list. */
const objectOf = (schema: MemberSchema): MemberSchema =>
  schema.items === undefined
    ? schema
    : { ...schema.items, ...(schema.description !== undefined && { description: schema.description }) }

const row = (name: string, member: MemberSchema, required: boolean): string =>
  `| \`${name}\`${required ? ' (required)' : ''} | ${typeOf(member)} | ${(member.description ?? '').replaceAll('|', '\\|')} |`

function typeOf(member: MemberSchema): string {
  if (member.enum !== undefined) return member.enum.map((value) => `\`${value}\``).join(', ')
  if (member.const !== undefined) return `\`${member.const}\``
  if (member.anyOf !== undefined) return member.anyOf.map(typeOf).join(' or ')
  if (member.type === 'array') return `list of ${typeOf(member.items ?? {})}`
  return member.type ?? 'any'
}
