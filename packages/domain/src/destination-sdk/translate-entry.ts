import { CALLBACK_PATHS } from '../callback-path.ts'
import type { Problem } from '../error.ts'
import { problem } from '../problem.ts'
import type { EntryGrant, OAuth2Entry } from './configuration.ts'
import { isSecretField, type TranslatedField, translateField } from './data-field.ts'
import type { SourceMap } from './source-map.ts'
import { titleOf } from './title.ts'
import {
  headerField,
  isConstant,
  isSecretHeader,
  namesRead,
  translateRequest,
  translateResponseFields,
  translateValidations,
} from './token-request.ts'
import type { EntrySecrets } from './withhold.ts'

export interface Translated {
  recipe: Record<string, unknown>
  secrets: EntrySecrets
}

interface GrantFacts {
  grant: string
  title: string
  /** Members that the standard request can not do without. */
  needs: ReadonlyArray<'clientId' | 'clientSecret' | 'authorizationUrl' | 'accessTokenUrl'>
  /** What the person is asked for whatever the configuration says. */
  asks: ReadonlyArray<Record<string, unknown> & { name: string }>
}

const CLIENT = ['clientId', 'clientSecret'] as const

/** The three grants: facts that decide, so that nothing below asks which one it is. */
export const ENTRY_GRANTS: Record<EntryGrant, GrantFacts> = {
  OAUTH2_AUTHORIZATION_CODE: {
    grant: 'authorization_code',
    title: 'OAuth 2, authorization code',
    needs: [...CLIENT, 'authorizationUrl', 'accessTokenUrl'],
    asks: [],
  },
  OAUTH2_PASSWORD: {
    grant: 'password',
    title: 'OAuth 2, user name and password',
    needs: [...CLIENT, 'accessTokenUrl'],
    asks: [asked('username', 'User name'), { ...asked('password', 'Password'), secret: true }],
  },
  OAUTH2_CLIENT_CREDENTIALS: {
    grant: 'client_credentials',
    title: 'OAuth 2, client credentials',
    needs: [...CLIENT, 'accessTokenUrl'],
    asks: [],
  },
}

/** The path that browsers come back to, which is registered with partners. */
const [, CALLBACK] = CALLBACK_PATHS

function asked(name: string, title = titleOf(name)) {
  return { name, title, type: 'string', required: true, supplied_by: 'customer' }
}

/** An OAuth 2 entry as a recipe. What is wrong with the recipe itself, its own checks say. */
export function translateEntry(
  entry: OAuth2Entry,
  sources: SourceMap,
): { translated: Translated; problems: Problem[] } {
  const facts = ENTRY_GRANTS[entry.grant]
  const request = entry.accessTokenRequest ?? undefined
  const declared = (entry.authenticationDataFields ?? []).map((one, index) => {
    sources.add(`/recipe/fields/${index}`, `/authenticationDataFields/${index}`)
    sources.add(`/secrets/${one.name}`, `/authenticationDataFields/${index}/value`)
    return translateField(one)
  })
  const problems = [...scopeProblems(entry), ...fieldProblems(entry)]
  const way = requestWay(entry, facts)
  const mapped = translateResponseFields(request ?? {}, sources)
  const fields = completeFields(entry, facts, declared, mapped.fields, sources)
  const standard = request === undefined || way === 'refresh_request'
  problems.push(...missingMembers(entry, facts, standard, fields))
  const validations = translateValidations(
    [
      ['/validations', entry.validations],
      ['/accessTokenRequest/validations', request?.validations],
    ],
    sources,
  )
  for (const [member, from] of MEMBERS) sources.add(`/recipe/${member}`, `/${from}`)
  sources.add('/secrets/client_secret', '/clientSecret')
  for (const [member, from] of RESPONSE_PATHS) {
    if (mapped.outputs[member] === undefined) sources.add(`/recipe/response/${member}`, `/${from}`)
  }
  if (entry.scopes != null) sources.add('/recipe/scope', '/scopes')
  const scope = entry.scope ?? entry.scopes
  const response = { ...responsePaths(entry), ...mapped.outputs }
  const hasClient = entry.clientId != null || fields.some(({ name }) => name === 'clientId')
  const recipe = {
    grant: facts.grant,
    ...Object.fromEntries(MEMBERS.flatMap(([member, from]) => own(member, entry[from]))),
    ...(scope != null && scope.length > 0 && { scope }),
    ...(standard &&
      hasClient && {
        client_auth: entry.options?.useBasicAuth === true ? 'client_secret_basic' : 'client_secret_post',
      }),
    ...(facts.grant === 'authorization_code' && { callback_path: CALLBACK }),
    ...(request !== undefined && { [way]: translateRequest(request, `/recipe/${way}`, sources) }),
    ...(request === undefined && neverRefreshed(entry) && { refresh_request: 'none' }),
    ...(fields.length > 0 && { fields }),
    ...(Object.keys(response).length > 0 && { response }),
    ...(validations.length > 0 && { validations }),
  }
  return { translated: { recipe, secrets: secretsOf(entry, declared, fields) }, problems }
}

const MEMBERS = [
  ['token_url', 'accessTokenUrl'],
  ['authorization_url', 'authorizationUrl'],
  ['refresh_url', 'refreshTokenUrl'],
  ['client_id', 'clientId'],
] as const

const RESPONSE_PATHS = [
  ['access_token', 'accessTokenResponsePath'],
  ['refresh_token', 'refreshTokenResponsePath'],
  ['expires_in', 'expiresInResponsePath'],
] as const

const own = (member: string, value: unknown) => (value == null ? [] : [[member, value] as const])

/**
 * What `accessTokenRequest` is for. A code is swapped at `accessTokenUrl` as the standard says, and the template
 * gets the next tokens; unless it reads the code itself, or there is no such URL.
 */
function requestWay(entry: OAuth2Entry, facts: GrantFacts): 'token_request' | 'refresh_request' {
  const request = entry.accessTokenRequest
  const swapsCode = request != null && namesRead(request).all.has('code')
  const standardSwap = facts.grant === 'authorization_code' && entry.accessTokenUrl != null && !swapsCode
  return standardSwap ? 'refresh_request' : 'token_request'
}

/** The code grant without `refreshTokenUrl`: the token ends with its life. */
const neverRefreshed = (entry: OAuth2Entry): boolean =>
  entry.grant === 'OAUTH2_AUTHORIZATION_CODE' && entry.refreshTokenUrl == null

type RecipeField = TranslatedField['field']

/** Declared fields, those the answer fills, those the grant asks for, and those that only templates name. */
function completeFields(
  entry: OAuth2Entry,
  facts: GrantFacts,
  declared: readonly TranslatedField[],
  mapped: ReadonlyArray<{ name: string; mapping: unknown; index: number }>,
  sources: SourceMap,
): RecipeField[] {
  const fields = declared.map(({ field }) => field)
  for (const { name, mapping, index } of mapped) {
    const at = fields.findIndex((field) => field.name === name)
    const {
      required: _asked,
      supplied_by: _by,
      value: _fixed,
      ...rest
    } = fields[at] ?? {
      name,
      title: titleOf(name),
      type: 'string',
    }
    const place = at < 0 ? fields.length : at
    fields[place] = { ...rest, name, from_response: mapping }
    sources.add(`/recipe/fields/${place}/name`, `/accessTokenRequest/responseFields/${index}/name`)
    sources.add(`/recipe/fields/${place}/from_response`, `/accessTokenRequest/responseFields/${index}/value`)
  }
  const has = (name: string) => fields.some((field) => field.name === name)
  fields.push(...facts.asks.filter(({ name }) => !has(name)))
  for (const [index, { header, value }] of headersOf(entry)) {
    if (!isConstant(value) || !isSecretHeader(header)) continue
    const name = headerField(header)
    const at = `/accessTokenRequest/httpTemplate/headers/${index}`
    sources.add(`/recipe/fields/${fields.length}/name`, `${at}/header`)
    sources.add(`/secrets/${name}`, `${at}/value/value`)
    fields.push({ name, title: header, type: 'string', secret: true, supplied_by: 'partner' })
  }
  // A configuration that leaves its client to fields may leave out those fields too.
  const clientAsked = entry.clientId == null && (entry.authenticationDataFields ?? []).length > 0
  if (clientAsked && facts.grant === 'authorization_code' && !has('clientId')) fields.push(asked('clientId'))
  const read = entry.accessTokenRequest == null ? null : namesRead(entry.accessTokenRequest)
  for (const name of read?.all ?? []) {
    if (has(name) || NOT_ASKED.has(name) || (name in entry && entry[name] != null)) continue
    const needed = read!.inUrl.has(name) || (CLIENT as readonly string[]).includes(name)
    fields.push({
      name,
      title: titleOf(name),
      type: 'string',
      ...(SECRET_NAMES.has(name) && { secret: true }),
      ...(needed && { required: true }),
      supplied_by: 'customer',
    })
  }
  return fields
}

const headersOf = (entry: OAuth2Entry) => [
  ...(entry.accessTokenRequest?.httpTemplate.headers ?? []).entries(),
]

const SECRET_NAMES = new Set(['clientSecret', 'password', 'token'])
/** Names that nobody is asked for: outputs, and what a sign-in brings. */
const NOT_ASKED = new Set([
  'accessToken',
  'refreshToken',
  'tokenType',
  'expiresIn',
  'scope',
  'code',
  'codeVerifier',
  'redirectUri',
])

function missingMembers(
  entry: OAuth2Entry,
  facts: GrantFacts,
  standard: boolean,
  fields: readonly RecipeField[],
): Problem[] {
  const templated = entry.accessTokenRequest != null
  return facts.needs
    .filter((member) => entry[member] == null && !fields.some(({ name }) => name === member))
    .filter((member) =>
      templated && member === 'accessTokenUrl' ? false : standard || member === 'authorizationUrl',
    )
    .map((member) =>
      problem(
        `/${member}`,
        'field.missing',
        `${member} is missing.`,
        differentCase(entry, member) ??
          (member.startsWith('client')
            ? `Or let a field of authenticationDataFields be named ${member}.`
            : undefined),
      ),
    )
}

/** Names are case sensitive: says so where one is there in other letters. */
export function differentCase(entry: Record<string, unknown>, member: string): string | undefined {
  const other = Object.keys(entry).find(
    (name) => name !== member && name.toLowerCase() === member.toLowerCase(),
  )
  return other && `Names are case sensitive: "${other}" is not "${member}".`
}

/** The order of scopes means nothing, RFC 6749 §3.3. */
function scopeProblems({ scope, scopes }: OAuth2Entry): Problem[] {
  if (scope == null || scopes == null) return []
  const [one, other] = [scope, scopes].map((list) => [...new Set(list)].toSorted().join(' '))
  if (one === other) return []
  return [problem('/scopes', 'field.invalid', 'scope and scopes say different things.')]
}

function fieldProblems(entry: OAuth2Entry): Problem[] {
  return (entry.authenticationDataFields ?? []).flatMap((field, index) => {
    const at = `/authenticationDataFields/${index}`
    const found: Problem[] = []
    if (field.source != null && field.fieldType != null && field.source !== field.fieldType) {
      found.push(problem(`${at}/fieldType`, 'field.invalid', 'source and fieldType say different things.'))
    }
    const { value, default: preset } = field
    if (isSecretField(field) && preset != null && preset !== '') {
      const detail = 'A secret has no default: each customer would be shown it.'
      found.push(problem(`${at}/default`, 'field.invalid', detail, 'Let the partner supply it as its value.'))
    }
    const { field: translated } = translateField(field)
    const type = translated.type as string
    const right = type === 'integer' ? Number.isInteger(value) : typeof value === type
    if (value != null && !right) {
      found.push(problem(`${at}/value`, 'field.invalid', `The value is not of the type ${type}.`))
    }
    if (translated.supplied_by === 'partner' && value == null) {
      const detail = 'A field that the partner supplies needs its value.'
      found.push(problem(`${at}/value`, 'field.missing', detail))
    }
    return found
  })
}

function responsePaths(entry: OAuth2Entry): Record<string, unknown> {
  return Object.fromEntries(RESPONSE_PATHS.flatMap(([member, from]) => own(member, entry[from])))
}

function secretsOf(
  entry: OAuth2Entry,
  declared: readonly TranslatedField[],
  fields: readonly RecipeField[],
): EntrySecrets {
  const ofFields = declared.flatMap(({ field, secret }) => {
    const still = fields.some(({ name, from_response }) => name === field.name && from_response === undefined)
    return secret === undefined || !still ? [] : [[field.name, secret] as const]
  })
  const ofHeaders = headersOf(entry).flatMap(([, { header, value }]) =>
    isConstant(value) && isSecretHeader(header) ? [[headerField(header), String(value.value)] as const] : [],
  )
  return Object.fromEntries([
    ...own('client_secret', entry.clientSecret),
    ...ofFields,
    ...ofHeaders,
  ]) as EntrySecrets
}
