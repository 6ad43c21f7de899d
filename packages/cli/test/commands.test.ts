import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { ADMIN_KEY, startBroker, startProvider } from './server.ts'

const provider = await startProvider()
const { bursar } = await startBroker()
const folder = mkdtempSync(join(tmpdir(), 'bursar-files-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Never on a command line, and so never in an output. */
const SECRET = 'canary-of-the-cli-9d2e'

const clientCredentials = (path: string) => [
  ...['--grant', 'client_credentials', '--token-url', `${provider}${path}`, '--client-id', '01d'],
  ...['--secret', 'client_secret=env:CRM_SECRET'],
]
const env = { CRM_SECRET: SECRET }

beforeAll(async () => {
  const made = await bursar(
    [
      ...['credential', 'create', 'sales-email', ...clientCredentials('/token')],
      ...['--scope', 'mail.read', '--scope', 'mail.send', '--label', 'team=sales'],
      ...['--destination', 'https://graph.example.com/v1.0/'],
      ...['--destination', 'get,HEAD https://*.mail.example.com/'],
    ],
    { env },
  )
  expect(made).toMatchObject({ code: 0, stderr: '' })
  expect(made.stdout).toMatch(/^status {9}● active$/m)
})

describe('credentials', () => {
  test('flags make the body that the API takes', async () => {
    const { code, stdout, stderr } = await bursar(['credential', 'get', 'sales-email', '--json'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(JSON.parse(stdout)).toMatchObject({
      name: 'sales-email',
      recipe: { grant: 'client_credentials', client_id: '01d', scope: ['mail.read', 'mail.send'] },
      secrets: { client_secret: { set: true } },
      destinations: [
        'https://graph.example.com/v1.0/',
        { url: 'https://*.mail.example.com/', methods: ['GET', 'HEAD'] },
      ],
      labels: { team: 'sales' },
      token: { version: 1, expires_from: 'response' },
    })
    expect(stdout).not.toContain(SECRET)
  })

  test('a table has a line for each, without colours where nobody looks', async () => {
    const { stdout } = await bursar(['credential', 'list'])
    expect(stdout.split('\n')).toEqual([
      'NAME         STATUS    GRANT               PROVIDER  TOKEN ENDS  CHANGED',
      expect.stringMatching(
        /^sales-email {2}● active {2}client_credentials {2}– {9}in (1 h|59 min) +(now|\d+ (s|min) ago)$/,
      ),
      '',
    ])
  })

  test('yaml says the same as json', async () => {
    const json = await bursar(['credential', 'get', 'sales-email', '-o', 'json'])
    const yaml = await bursar(['credential', 'get', 'sales-email', '-o', 'yaml'])
    expect(parse(yaml.stdout)).toEqual(JSON.parse(json.stdout))
  })

  test('a file is read as JSON or YAML, flags win over it, and the secret comes from standard input', async () => {
    const file = join(folder, 'from-file.yaml')
    writeFileSync(
      file,
      `name: other\nrecipe:\n  grant: client_credentials\n  token_url: ${provider}/token\n  client_id: "01d"\nlabels: { a: b }\n`,
    )
    const args = [
      'credential',
      'create',
      'from-file',
      '-f',
      file,
      '--secret',
      'client_secret=-',
      '--label',
      'c=d',
    ]
    const made = await bursar([...args, '--json'], { stdin: `${SECRET}\n` })
    expect(made).toMatchObject({ code: 0, stderr: '' })
    expect(JSON.parse(made.stdout)).toMatchObject({
      name: 'from-file',
      labels: { a: 'b', c: 'd' },
      status: 'active',
    })
    const changed = await bursar(['credential', 'update', 'from-file', '--environment', 'prod', '--json'])
    expect(JSON.parse(changed.stdout)).toMatchObject({ environment: 'prod', labels: { a: 'b', c: 'd' } })
    const paused = await bursar(['credential', 'pause', 'from-file'])
    expect(paused.stdout).toMatch(/^status +‖ paused$/m)
    expect((await bursar(['token', 'get', 'from-file'])).code).toBe(1)
    expect((await bursar(['credential', 'resume', 'from-file'])).stdout).toMatch(/^status +● active$/m)
  })

  test('a reference is kept as a reference, for the server to read', async () => {
    const file = join(folder, 'secret')
    writeFileSync(file, SECRET)
    const args = ['credential', 'create', 'by-reference', '--grant', 'static_token', '--wait', '0', '--json']
    const made = await bursar([...args, '--secret', `token=ref:file:${file}`])
    expect(JSON.parse(made.stdout)).toMatchObject({
      secrets: { token: { reference: { from: 'file', path: file } } },
    })
  })

  test('an exchange now is told with its outcome, and its record is kept', async () => {
    const exchanged = await bursar(['credential', 'exchange', 'sales-email'])
    expect(exchanged).toMatchObject({ code: 0, stderr: '' })
    expect(exchanged.stdout).toMatch(/^outcome +✓ token$/m)
    const listed = await bursar(['credential', 'exchanges', 'sales-email', '--json'])
    expect(JSON.parse(listed.stdout).items.length).toBeGreaterThanOrEqual(2)
  })
})

describe('tokens', () => {
  test('only the token stands on standard output', async () => {
    const token = await bursar(['token', 'get', 'sales-email', '--min-ttl', '60'])
    expect(token).toEqual({ code: 0, stdout: 'token-of-the-provider\n', stderr: '' })
  })

  test('template render prints the text, and says where a template fails', async () => {
    const [file, context] = [join(folder, 'body.peb'), join(folder, 'context.json')]
    writeFileSync(file, "{{ formUrlEncode('a', authData.b) | raw }}")
    writeFileSync(context, '{ "authData": { "b": "c d" } }')
    const rendered = await bursar(['template', 'render', '-f', file, '--context', context])
    expect(rendered).toMatchObject({ code: 0, stdout: 'a=c+d\n', stderr: '' })
    writeFileSync(file, 'fine\n{{ formUrlEncode( }}')
    const failed = await bursar(['template', 'render', '-f', file])
    expect(failed).toMatchObject({ code: 2, stdout: '' })
    expect(failed.stderr).toMatch(/line 2, column \d+/)
    expect(failed.stderr).toMatch(/2 \| \{\{ formUrlEncode\( \}\}\n +\^/)
  })

  test('secrets of fields and their values are given like others', async () => {
    const file = join(folder, 'odd.json')
    const recipe = {
      grant: 'client_credentials',
      fields: [
        { name: 'shop', required: true },
        { name: 'pin', required: true, secret: true },
      ],
      token_request: {
        url: `${provider}/token`,
        body: { template: '{{ authData.shop }}{{ authData.pin }}' },
      },
      validations: [{ name: 'status', actual: { template: '{{ response.status }}' }, expected: '201' }],
    }
    writeFileSync(file, JSON.stringify({ recipe }))
    const tried = await bursar(
      ['validate', '-f', file, '--field-values', 'shop=flowers', '--secret', 'pin=env:CRM_SECRET'],
      { env },
    )
    expect(tried.stdout).toMatch(/✗ status: "200", expected is "201"/)
    expect(tried).toMatchObject({ code: 6 })
    expect(tried.stdout + tried.stderr).not.toContain(SECRET)
  })

  test('explain says which rule decides, and ends with 4 where the token may not go', async () => {
    const allowed = await bursar(['explain', 'sales-email', 'https://graph.example.com/v1.0/me'])
    expect(allowed).toMatchObject({ code: 0, stdout: expect.stringMatching(/^✓ allowed\n.*rule\.matched/) })
    const refused = await bursar([
      'explain',
      'sales-email',
      'https://a.mail.example.com/',
      '-X',
      'POST',
      '--json',
    ])
    expect(refused.code).toBe(4)
    expect(JSON.parse(refused.stdout)).toMatchObject({ allowed: false })
  })

  test('validate tries and saves nothing', async () => {
    const works = await bursar(['validate', ...clientCredentials('/token')], { env })
    expect(works).toMatchObject({ code: 0, stdout: expect.stringContaining('✓ it works') })
    const refused = await bursar(['validate', ...clientCredentials('/refuse'), '--json'], { env })
    expect(refused.code).toBe(6)
    expect(JSON.parse(refused.stdout)).toMatchObject({ valid: false, kind: 'refused' })
    expect(refused.stdout).not.toContain(SECRET)
    expect((await bursar(['credential', 'get', 'validate'])).code).toBe(3)
  })
})

describe('exit codes', () => {
  test('2: everything wrong with a body, with path and hint', async () => {
    const { code, stdout, stderr } = await bursar([
      ...['credential', 'create', 'Bad', '--grant', 'client_credentials'],
      ...['--destination', 'https://a.example.com/?x=1'],
    ])
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(/^error: .+ \(request\.invalid\)$/m)
    expect(stderr).toMatch(/^ {2}\/name {2}./m)
    expect(stderr).toMatch(/^ {2}\/recipe\/token_url {2}token_url is missing\.$/m)
    expect(stderr).toMatch(/^ {2}\/destinations\/0 {2}.+\n {6}hint: ./m)
    expect(stderr).toMatch(/^request id: \S+$/m)
  })

  test('2: an instant that is none, with how one is written', async () => {
    const { code, stderr } = await bursar(['audit', '--from', 'yesterday'])
    expect([code, stderr]).toEqual([2, expect.stringContaining('such as 2026-11-22T09:30:00Z')])
  })

  test('2: a file that is not there, and one that is a folder', async () => {
    for (const [path, why] of [
      [join(folder, 'nowhere.json'), 'there is no such file'],
      [folder, 'it is a folder'],
    ]) {
      const { code, stderr } = await bursar(['credential', 'create', '-f', path!])
      expect([code, stderr]).toEqual([2, `error: ${path} can not be read: ${why}.\n`])
    }
  })

  test('2: text that can not be read, with its place and what is wrong, and without the text', async () => {
    for (const [text, why] of [
      [`{"name":"${SECRET}"`, 'line 1, column \\d+ .*: a bracket, brace, quote, colon or comma is missing'],
      [`{"name":"x",\n"name":"${SECRET}"}`, 'line 2, column 1 .*: a member stands there twice'],
      [`name: x\nlabels:\n\tteam: ${SECRET}`, 'line 3, column 1 .*: a tab is no indentation'],
      [`name: ${SECRET}: y`, 'line 1, column \\d+ .*: there are two colons on one line'],
      [`name: ${SECRET}\nlabels: &a\n  all: *a`, 'can not be written as JSON: an alias leads nowhere, '],
      [`name: ${SECRET}\nlabels: *a`, 'can not be written as JSON: an alias leads nowhere, '],
    ]) {
      const { code, stderr } = await bursar(['credential', 'create', '-f', '-'], { stdin: text! })
      expect([code, stderr], text).toEqual([2, expect.stringMatching(`^error: -:? ${why}`)])
      expect(stderr).not.toContain(SECRET)
    }
  })

  test('2: a command that was mistyped, with how it is written', async () => {
    for (const [args, said] of [
      [['credential', 'get'], /missing required argument 'name'\nUsage: bursar credential get .*<name>\n/],
      [['credential', 'crate'], /unknown command 'crate'\n.*create.*\nUsage: bursar credential .*\n/],
      [['token', 'get', 'x', '--foo'], /unknown option '--foo'\nUsage: .*\nMore: bursar token get --help\n/],
    ] as const) {
      const { code, stdout, stderr } = await bursar(args)
      expect([code, stdout, stderr]).toEqual([2, '', expect.stringMatching(said)])
    }
  })

  test('3: there is no such thing', async () => {
    for (const args of [
      ['credential', 'get', 'nope'],
      ['token', 'get', 'nope'],
      ['provider', 'get', 'nope'],
      ['caller', 'delete', 'nope'],
      ['security-context', 'get', 'nope'],
      ['bench', 'nope'],
    ]) {
      const refused = await bursar(args)
      expect(refused, args.join(' ')).toMatchObject({ code: 3, stdout: '' })
      expect(refused.stderr).toMatch(/hint: List them: bursar [\w-]+ list\./)
    }
  })

  test('4: the key is not known, or may not', async () => {
    const unknown = await bursar(['credential', 'list'], { env: { BURSAR_KEY: 'bsr_other_key' } })
    expect(unknown).toMatchObject({
      code: 4,
      stdout: '',
      stderr: expect.stringMatching(/caller\.unauthenticated\)\nhint: .*BURSAR_KEY.*--key-file/),
    })
    const made = await bursar([
      'caller',
      'create',
      'reader',
      '--scope',
      'credentials:read',
      '--expires',
      '90d',
    ])
    expect(made).toMatchObject({ code: 0, stdout: expect.stringMatching(/^bsr_\S+\n$/) })
    const keyFile = join(folder, 'key')
    writeFileSync(keyFile, made.stdout)
    const reader = { env: { BURSAR_KEY: '' } }
    expect((await bursar(['credential', 'list', '--key-file', keyFile], reader)).code).toBe(0)
    expect((await bursar(['token', 'get', 'sales-email', '--key-file', keyFile], reader)).code).toBe(4)
  })

  test('5: a person must sign in', async () => {
    const made = await bursar(
      [
        ...['credential', 'create', 'calendar', '--grant', 'authorization_code', '--client-id', '01d'],
        ...['--token-url', `${provider}/token`, '--authorization-url', `${provider}/authorize`],
        ...['--secret', 'client_secret=env:CRM_SECRET'],
      ],
      { env },
    )
    expect(made).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('bursar credential connect calendar'),
    })
    expect((await bursar(['token', 'get', 'calendar'])).code).toBe(5)
    const connect = await bursar(['credential', 'connect', 'calendar', '--no-wait'])
    expect(connect).toMatchObject({ code: 0, stderr: '' })
    expect(connect.stdout).toMatch(
      /^http:\/\/127\.0\.0\.1:\d+\/authorize\?\S*code_challenge_method=S256\S*\n$/,
    )
  })

  test('6: the provider failed', async () => {
    const made = await bursar(['credential', 'create', 'refused', ...clientCredentials('/refuse')], { env })
    expect(made.code).toBe(6)
    expect(made.stdout).toMatch(/^status +✗ broken$/m)
    expect((await bursar(['token', 'get', 'refused'])).code).toBe(6)
    expect(made.stdout + made.stderr).not.toContain(SECRET)
  })

  test('1: nobody answers, or something else does', async () => {
    const closed = await bursar(['status'], { env: { BURSAR_URL: 'http://127.0.0.1:9' } })
    expect(closed).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('bursar serve') })
    const other = await bursar(['status', '--url', provider])
    expect(other).toMatchObject({ code: 1, stderr: expect.stringContaining('not as Bursar does') })
    const stranger = createServer((_request, response) =>
      response.writeHead(200, { 'Content-Type': 'application/json' }).end('{"ok":true}'),
    )
    await new Promise<void>((resolve) => stranger.listen(0, '127.0.0.1', resolve))
    const url = `http://127.0.0.1:${(stranger.address() as AddressInfo).port}`
    for (const command of [
      'credential list',
      'status',
      'reactor list companies',
      'reactor get companies/x',
    ]) {
      const said = await bursar([...command.split(' '), '--url', url])
      expect(said, command).toEqual({
        code: 1,
        stdout: '',
        stderr: `error: The server answered 200, and not as Bursar does.\nhint: Is ${url} the address of Bursar?\n`,
      })
    }
    stranger.close()
    const taken = await bursar(['credential', 'create', 'sales-email', ...clientCredentials('/token')], {
      env,
    })
    expect(taken).toMatchObject({ code: 1, stderr: expect.stringContaining('credential.name_taken') })
  })
})

describe('the rest', () => {
  test('providers are made, versioned and used', async () => {
    const file = join(folder, 'crm.json')
    writeFileSync(
      file,
      JSON.stringify({
        title: 'The CRM',
        recipe: { grant: 'client_credentials', token_url: `${provider}/token`, client_id: '01d' },
      }),
    )
    expect((await bursar(['provider', 'create', 'crm', '-f', file])).code).toBe(0)
    const second = await bursar(['provider', 'update', 'crm', '-f', file, '--json'])
    expect(JSON.parse(second.stdout)).toMatchObject({ name: 'crm', version: 2, title: 'The CRM' })
    const args = [
      'credential',
      'create',
      'of-crm',
      '--provider',
      'crm',
      '--secret',
      'client_secret=env:CRM_SECRET',
    ]
    expect((await bursar(args, { env })).stdout).toMatch(/^provider +crm v2$/m)
    expect((await bursar(['provider', 'delete', 'crm'])).stderr).toContain('provider.in_use')
    expect((await bursar(['provider', 'list'])).stdout).toMatch(/^crm {3,}2 /m)
  })

  test('a destination configuration makes a provider, with its secret, and a link to connect by', async () => {
    const file = join(folder, 'destination.json')
    const entry = {
      authType: 'OAUTH2',
      grant: 'OAUTH2_CLIENT_CREDENTIALS',
      accessTokenUrl: `${provider}/token`,
      clientId: 'c',
      clientSecret: SECRET,
    }
    const write = (change: object) =>
      writeFileSync(
        file,
        JSON.stringify({
          name: 'Moviestar Ads',
          customerAuthenticationConfigurations: [{ ...entry, ...change }, { authType: 'BEARER' }],
        }),
      )
    write({})
    const args = ['provider', 'create', '-f', file, '--from', 'destination-sdk']
    const made = await bursar(args)
    expect([made.code, made.stdout.includes(SECRET)]).toEqual([0, false])
    expect((await bursar(['provider', 'list'])).stdout).toMatch(
      /^moviestar-ads +1 [\s\S]*^moviestar-ads-2 +1 /m,
    )
    const created = await bursar([
      'credential',
      'create',
      'of-moviestar',
      '--provider',
      'moviestar-ads',
      '--wait',
      '10',
    ])
    expect([created.code, created.stderr]).toEqual([0, expect.anything()])
    const link = await bursar(['provider', 'connect-link', 'moviestar-ads-2', 'ads-of-acme'])
    expect(link.stdout).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/connect\/default\.[\w-]{43}\n$/)

    write({ grant: 'OAUTH2_IMPLICIT' })
    const refused = await bursar(args)
    expect([refused.code, refused.stderr]).toEqual([
      2,
      expect.stringContaining('/customerAuthenticationConfigurations/0/grant'),
    ])
  })

  test('doctor finds nothing wrong with this server, and the key where that is wrong', async () => {
    const well = await bursar(['doctor', '--json'])
    expect(well).toMatchObject({ code: 0, stderr: '' })
    expect(JSON.parse(well.stdout).findings.map(({ outcome }: { outcome: string }) => outcome)).toEqual(
      Array(6).fill('ok'),
    )
    const ill = await bursar(['doctor'], { env: { BURSAR_KEY: '', BURSAR_OUTBOUND_ALLOW: '0.0.0.0/0' } })
    expect(ill.code).toBe(1)
    expect(ill.stdout).toMatch(/^✗ key .+\n +hint: .*BURSAR_KEY/m)
    expect(ill.stdout).toMatch(/^▲ outbound .+\n +hint: ./m)
  })

  test('status and audit are told in all forms', async () => {
    expect((await bursar(['status'])).stdout).toMatch(/^server +http:\/\/127\.0\.0\.1:\d+, version \d/m)
    expect(JSON.parse((await bursar(['status', '--json'])).stdout)).toMatchObject({
      status: 'ok',
      engine: 'sqlite',
    })
    const audit = await bursar(['audit', '--limit', '1'])
    expect(audit.stdout).toMatch(/^AT +WHO +WHAT +ON\n\d{4}-/)
    expect(audit.stderr).toMatch(/^There are more: --cursor \d+\n$/)
    expect((await bursar(['audit', '--limit', 'many'])).stderr).toContain('/query/limit')
  })

  test('a credential is deleted, with word on its revocation', async () => {
    await bursar(['credential', 'create', 'short-lived', ...clientCredentials('/token')], { env })
    const deleted = await bursar(['credential', 'delete', 'short-lived'])
    expect(deleted).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^deleted short-lived; revocation: /),
    })
    expect((await bursar(['credential', 'get', 'short-lived'])).code).toBe(3)
  })

  test('no argument can carry a secret, and none is repeated', async () => {
    for (const args of [
      ['credential', 'create', 'x', '--secret', `client_secret=${SECRET}`],
      ['credential', 'create', 'x', '--secret', SECRET],
      ['credential', 'create', 'x', '--secret', `${SECRET}=-`],
      ['credential', 'create', 'x', '--client-secret', SECRET],
      ['credential', 'create', 'x', `--password=${SECRET}`],
      ['status', '--key', ADMIN_KEY],
    ]) {
      const { code, stdout, stderr } = await bursar(args)
      expect({ code, stdout }, args.join(' ')).toEqual({ code: 2, stdout: '' })
      expect(stderr, args.join(' ')).toMatch(/hint: ./)
      expect(stderr).not.toContain(SECRET)
      expect(stderr).not.toContain(ADMIN_KEY)
    }
  })

  test('text of others can not drive the terminal', async () => {
    const made = await bursar(['caller', 'create', '\u001b[31mred\u0007', '--scope', 'admin', '--json'])
    expect(made.stderr).not.toContain('\u001b')
    expect((await bursar(['caller', 'list'])).stdout).not.toContain('\u001b')
  })
})
