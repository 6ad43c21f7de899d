import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'

/** What the door promises, row by row. */
export const ROWS = {
  D1: '`customerAuthenticationConfigurations` is a list; OAuth 2 entries say `authType: "OAUTH2"`, in these letters',
  D2: '`grant` is one of three constants',
  D3: 'a code grant needs client id and secret, authorization and token URL; scope and refresh URL may be left out',
  D4: 'a password grant asks its customer for user name and password, which stand in no configuration',
  D5: 'client credentials need client id and secret and the token URL',
  D6: '`scope` (or `scopes`) is a list, sent with blanks between',
  D7: 'browsers come back to `…/data/core/activation/oauth/api/v1/callback`, for the code grant only',
  D8: 'a person is sent to the authorization URL with code, client, callback, scope and state; the code is swapped',
  D9: 'outputs are the access token and, where given, life, refresh token and type',
  D10: 'any life works',
  D11: 'with refresh tokens and without',
  D12: 'an ended token is replaced without asking anybody',
  D13: 'refresh tokens go to `refreshTokenUrl`; a code grant without it is not refreshed by itself',
  D14: 'outputs are read under the names of RFC 6749, or at the three response paths',
  D15: '`options.useBasicAuth` sends id and secret in a header, else they stand in the body',
  D16: 'fields have a name, title, description, type, need, format, source, value and response path',
  D17: 'a field is a string, a boolean or an integer, and its value fits',
  D18: 'nothing is begun without the fields that a customer has to give',
  D19: '`format: "password"` is sealed, and hidden while it is typed',
  D20: '`source` and `fieldType` are the same, CUSTOMER or PARTNER',
  D21: '`authenticationResponsePath` copies a member of each answer into the field',
  D22: 'fields named like outputs stand in for them',
  D23: 'client id and secret may be fields of the customer',
  D24: '`destinationServerType` is `URL_BASED`',
  D25: 'texts are rendered with `PEBBLE_V1` and taken as they are with `NONE`',
  D26: 'method, content type, headers and query go with the token call',
  D27: 'headers are a list, which may be empty',
  D28: '`formUrlEncode` makes a form; `raw` keeps it from being escaped for HTML',
  D29: 'without `raw` an ampersand becomes `&amp;`',
  D30: '`authData.<field>` reads any field, in the host too',
  D31: '`response.body`, `response.status`, `response.headers.<name>[0]`',
  D32: '`userContext` has sandbox, organisation and client',
  D33: '`responseFields` fill outputs and custom fields',
  D34: 'a validation that fails fails the exchange; nothing of it is saved',
  D35: 'an expected value may be a regular expression, matched in linear time',
  D36: '`is empty` prints true or false',
  D37: '`{{ response.status }}` prints 200',
  D38: 'one `accessTokenRequest` gets the first token and the next ones',
  D39: 'templates have the tags filter, for, if and set, and no `range()`',
  D40: 'unknown variables print nothing; what does not compile is refused',
  D41: 'names and values are case sensitive',
  D42: 'client secrets are sealed by themselves',
  D43: 'other types need nothing; the customer gives the values',
  D44: 'create, update and delete answer 200 with id and dates; 400, 401, 403, 404 otherwise',
} as const

export type Row = keyof typeof ROWS

const ROOT = resolve(import.meta.dirname, '../..')
const TITLE = /\b(?:test|it|describe)(?:\.each)?[^\n]*?\(\s*(['"`])((?:D\d+(?:, )?)+): (.*?)\1\s*,/g

/** The tests whose titles begin with a row, by file. */
export function testsByRow(): Map<Row, Array<{ file: string; title: string }>> {
  const found = new Map<Row, Array<{ file: string; title: string }>>()
  for (const path of testFiles(join(ROOT, 'test')).concat(testFiles(join(ROOT, 'packages')))) {
    for (const [, , rows, title] of readFileSync(path, 'utf8').matchAll(TITLE)) {
      for (const row of rows!.split(', ') as Row[]) {
        found.set(row, [...(found.get(row) ?? []), { file: relative(ROOT, path), title: title! }])
      }
    }
  }
  return found
}

function testFiles(folder: string): string[] {
  return readdirSync(folder)
    .sort()
    .flatMap((name) => {
      const path = join(folder, name)
      if (name === 'node_modules' || name === 'src' || name === 'vectors') return []
      if (statSync(path).isDirectory()) return testFiles(path)
      return name.endsWith('.test.ts') ? [path] : []
    })
}
