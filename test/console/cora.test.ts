import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type HttpServer, sendJson, startHttpServer } from '../http-server.ts'
import { ODD_SECRET, type OidcServer, PLAIN_SECRET, startOidcServer } from '../oidc.ts'
import { type Console, type ConsolePage, startConsole } from './console.ts'
import { type CredentialForm, openForm } from './credential-form.ts'

const BASIC = 'Send credentials using the HTTP Basic authentication scheme'
const BODY = 'Send credentials in the body of the request'

let console_: Console
let oidc: OidcServer
/** What a token endpoint was sent, to be looked at. */
let endpoint: HttpServer
const seen: Array<{ authorization: string | undefined; contentType: string | undefined; body: string }> = []

beforeAll(async () => {
  ;[console_, oidc] = await Promise.all([startConsole(), startOidcServer()])
  endpoint = await startHttpServer(async (req, res) => {
    let body = ''
    for await (const chunk of req) body += chunk
    seen.push({ authorization: req.headers.authorization, contentType: req.headers['content-type'], body })
    sendJson(res, 200, { access_token: `token-${seen.length}`, token_type: 'Bearer', expires_in: 600 })
  })
})
afterAll(async () => {
  await console_.close()
  await Promise.all([oidc.close(), endpoint.close()])
})

/** The example of the founding document, at a server that is really there. */
const EXAMPLE = {
  'Client Identifier': '01dref5-6778-4edrrt-bh5d-86a5jyadf8d',
  'Client Secret': ODD_SECRET,
  Scopes: 'https://outlook.office365.com/.default',
}

let opened: ConsolePage
let form: CredentialForm
async function begin(kind = 'client_credentials') {
  opened = await console_.open(null)
  form = await openForm(opened, kind)
}
const nameShown = (name: string) =>
  opened.page.getByRole('heading', { level: 1, name: new RegExp(name) }).waitFor()

describe('adding OAuth2 Client Credentials', () => {
  test('C3: "OAuth2 Client Credentials" is a kind under Credentials, Add credentials', async () => {
    opened = await console_.open('/')
    const { page } = opened
    await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Credentials' }).click()
    await page.getByRole('link', { name: 'Add credentials' }).click()
    await page.getByRole('link', { name: /^OAuth2 Client Credentials/ }).click()
    await page.getByRole('heading', { name: 'Add OAuth2 Client Credentials', exact: true }).waitFor()
    expect(page.url()).toContain('kind=client_credentials')
  })

  for (const [row, label] of [
    ['C4', 'Name'],
    ['C5', 'Client Identifier'],
    ['C8', 'Client Secret'],
    ['C9', 'Token Endpoint'],
    ['C10', 'Scopes'],
  ] as const) {
    test(`${row}: ${label} is required`, async () => {
      await begin()
      const all: Record<string, string> = { Name: 'required', ...EXAMPLE, 'Token Endpoint': endpoint.url }
      const { [label]: _, ...others } = all
      await form.fill(others)
      await form.add()
      expect(await form.problemOf(label)).toContain(`${label} is required.`)
      expect((await console_.broker.api.call('GET', '/v1/credentials/required')).status).toBe(404)
    })
  }

  test('C4: a name is unique: a taken one is told beside the field, and what was typed stays', async () => {
    await console_.broker.api.create({
      name: 'taken',
      recipe: { grant: 'http_basic', username: 'a' },
      secrets: { password: 'b' },
    })
    await begin()
    await form.fill({ Name: 'taken', ...EXAMPLE, 'Token Endpoint': endpoint.url })
    await form.add()
    await opened.page.locator('[aria-invalid="true"]').waitFor()
    expect(await form.problemOf('Name')).toContain('taken')
    await expect.poll(() => opened.field(/^Client Secret/).inputValue()).toBe(ODD_SECRET)
  })

  test('C9: a Token Endpoint that is no URL is refused beside its field', async () => {
    await begin()
    await form.fill({ Name: 'no-url', ...EXAMPLE, 'Token Endpoint': 'not a url' })
    await form.add()
    await opened.page.locator('[aria-invalid="true"]').waitFor()
    expect(await form.problemOf('Token Endpoint')).toMatch(/URL/i)
  })

  test('C6: Secret Source is Internal or External; External asks for a reference instead of the secret', async () => {
    await begin()
    await expect.poll(() => opened.page.getByRole('radio', { name: 'Internal' }).isChecked()).toBe(true)
    await form.fill({ 'Client Secret': 'typed before' })
    await form.choose('External')
    await expect.poll(() => opened.page.getByLabel(/^Client Secret$/).count()).toBe(0)
    await opened.field(/store/).selectOption({ label: 'Environment variable' })
    await form.fill({
      Name: 'external',
      'Client Identifier': 'basic',
      'Token Endpoint': oidc.tokenUrl,
      Scopes: 'mail.read',
    })
    await opened.field(/^Secret reference/).fill('CORA_SECRET')
    await form.add()
    await nameShown('external')
    const made = await console_.broker.api.credential('external')
    expect(made.secrets.client_secret?.reference).toEqual({ from: 'env', name: 'CORA_SECRET' })
  })

  test('C6: going to External and back keeps the typed secret', async () => {
    await begin()
    await form.fill({ 'Client Secret': 'typed before' })
    await form.choose('External')
    await form.choose('Internal')
    await expect.poll(() => opened.field(/^Client Secret/).inputValue()).toBe('typed before')
  })

  test('C11: all parameters are mandatory: an empty form names each of them and sends nothing', async () => {
    await begin()
    await form.add()
    for (const label of ['Name', 'Client Identifier', 'Client Secret', 'Token Endpoint', 'Scopes']) {
      expect(await form.problemOf(label), label).toContain(`${label} is required.`)
    }
    expect(opened.asked.filter((url) => url.endsWith('/v1/credentials'))).toEqual([])
  })

  test('C12: the Authentication Method is HTTP Basic unless the body is chosen', async () => {
    await begin()
    await expect.poll(() => opened.page.getByRole('radio', { name: BASIC }).isChecked()).toBe(true)
    await form.choose(BODY)
    await expect.poll(() => opened.page.getByRole('radio', { name: BASIC }).isChecked()).toBe(false)
  })

  test('C13: Basic sends id and secret in the Authorization header, form-encoded, and not in the body', async () => {
    await begin()
    await form.fill({ Name: 'cora-basic', ...EXAMPLE, 'Token Endpoint': `${endpoint.url}/token` })
    await form.add()
    await nameShown('cora-basic')
    await opened.page.getByText('Active').waitFor()
    const sent = seen.at(-1)!
    const encoded = sent.authorization?.replace(/^Basic /, '') ?? ''
    expect(encoded).toBe(
      'MDFkcmVmNS02Nzc4LTRlZHJydC1iaDVkLTg2YTVqeWFkZjhkOmpoeXVuJTJGa3UlNUJvanViYmolNUQlMkZqaGdmZHJnJTVFNypkZmclMjZqa2l1JTIzYmpzaGRtJTJDa3R0dGRn',
    )
    expect(sent.body).not.toMatch(/client_id|client_secret/)
  })

  test('C14: in the body they are form fields, and the form warns that it is not recommended', async () => {
    await begin()
    await form.fill({ Name: 'cora-body', ...EXAMPLE, 'Token Endpoint': `${endpoint.url}/token` })
    await expect.poll(() => opened.page.getByText('Not recommended').count()).toBe(0)
    await form.choose(BODY)
    await opened.page.getByText('Not recommended').waitFor()
    await form.add()
    await nameShown('cora-body')
    await opened.page.getByText('Active').waitFor()
    const sent = seen.at(-1)!
    const fields = new URLSearchParams(sent.body)
    expect(sent.authorization).toBeUndefined()
    expect(fields.get('client_id')).toBe(EXAMPLE['Client Identifier'])
    expect(fields.get('client_secret')).toBe(ODD_SECRET)
  })

  test('C15: the request is form-encoded with grant_type=client_credentials and the scope as it was typed', async () => {
    await begin()
    await form.fill({
      Name: 'cora-scope',
      ...EXAMPLE,
      Scopes: 'Mail.Read mail.read',
      'Token Endpoint': `${endpoint.url}/token`,
    })
    await form.add()
    await nameShown('cora-scope')
    await opened.page.getByText('Active').waitFor()
    const { contentType, body } = seen.at(-1)!
    expect(contentType).toMatch(/^application\/x-www-form-urlencoded/)
    expect([...new URLSearchParams(body)]).toEqual([
      ['grant_type', 'client_credentials'],
      ['scope', 'Mail.Read mail.read'],
    ])
  })

  test('C18: Cancel adds nothing; Add puts it into the list', async () => {
    await begin()
    await form.fill({ Name: 'cora-listed', ...EXAMPLE, 'Token Endpoint': `${endpoint.url}/token` })
    await opened.button('Cancel').click()
    await opened.page.getByRole('heading', { name: 'Credentials', exact: true }).waitFor()
    expect((await console_.broker.api.call('GET', '/v1/credentials/cora-listed')).status).toBe(404)

    form = await openForm(opened, 'client_credentials')
    await form.fill({ Name: 'cora-listed', ...EXAMPLE, 'Token Endpoint': `${endpoint.url}/token` })
    await form.add()
    await nameShown('cora-listed')
    await opened.goto('/credentials')
    await opened.page.getByRole('link', { name: 'cora-listed' }).waitFor()
  })
})

describe('Validate', () => {
  test('C16: it tries the settings at the token endpoint and reports step by step, without a secret', async () => {
    await begin()
    await form.fill({
      'Client Identifier': 'odd-basic',
      'Client Secret': ODD_SECRET,
      'Token Endpoint': oidc.tokenUrl,
      Scopes: 'mail.read',
    })
    const report = await form.validate()
    const text = await report.innerText()
    expect(text).toContain('It works: a token came back.')
    expect(text).toContain('POST')
    expect(text).toContain('HTTP 200')
    expect(text).toContain('[redacted]')
    expect(text).not.toContain(ODD_SECRET)
  })

  test('C16: it says when the other method would have worked, and one click takes it over', async () => {
    await begin()
    const bodyOnly = await startHttpServer(async (req, res) => {
      let body = ''
      for await (const chunk of req) body += chunk
      if (new URLSearchParams(body).get('client_secret') === ODD_SECRET) {
        return sendJson(res, 200, { access_token: 'token', token_type: 'Bearer', expires_in: 600 })
      }
      sendJson(res, 401, { error: 'invalid_client' })
    })
    await form.fill({ ...EXAMPLE, 'Token Endpoint': `${bodyOnly.url}/token` })
    const report = await form.validate()
    await expect.poll(() => report.innerText()).toContain('It works with client_auth "client_secret_post".')
    await opened.button('Use it').click()
    await expect.poll(() => opened.page.getByRole('radio', { name: BODY }).isChecked()).toBe(true)
    expect(await (await form.validate()).innerText()).toContain('It works: a token came back.')
    await bodyOnly.close()
  })

  test('C17: it is optional: what is not valid yet can be saved all the same', async () => {
    await begin()
    await form.fill({ Name: 'not-yet', ...EXAMPLE, 'Token Endpoint': 'http://127.0.0.1:9/token' })
    const report = await form.validate()
    await expect.poll(() => report.innerText()).toContain('It does not work')
    await form.add()
    await nameShown('not-yet')
  })
})

describe('the example of the founding document at a real authorization server', () => {
  for (const [client, method] of [
    ['odd-basic', BASIC],
    ['odd-post', BODY],
  ] as const) {
    test(`C23: its secret survives "${method}" unharmed, and a token comes out`, async () => {
      await begin()
      await form.fill({
        Name: client,
        'Client Identifier': client,
        'Client Secret': ODD_SECRET,
        'Token Endpoint': oidc.tokenUrl,
        Scopes: 'mail.read',
      })
      await form.choose(method)
      await form.add()
      await nameShown(client)
      await opened.page.getByText('Active').waitFor()
      const { body } = await console_.broker.api.token(client)
      const told = await oidc.introspect(body.access_token)
      expect(told).toMatchObject({ active: true, client_id: client })
    })
  }

  test('C1: the token stands for the client alone, and nobody was asked', async () => {
    const { body } = await console_.broker.api.token('odd-basic')
    const told = await oidc.introspect(body.access_token)
    expect(told.sub ?? told.client_id).toBe('odd-basic')
  })

  test('C2: authenticate, token, service, data: a call through Bursar brings what the service says', async () => {
    const service = await startHttpServer(async (req, res) => {
      const token = req.headers.authorization?.replace(/^Bearer /, '') ?? ''
      const { active } = await oidc.introspect(token)
      sendJson(res, active ? 200 : 401, { mails: active ? 3 : 0 })
    })
    await begin()
    await form.fill({
      Name: 'cora-flow',
      'Client Identifier': 'odd-basic',
      'Client Secret': ODD_SECRET,
      'Token Endpoint': oidc.tokenUrl,
      Scopes: 'mail.read',
    })
    await opened.page.getByRole('textbox', { name: 'Destination 1', exact: true }).fill(`${service.url}/`)
    await form.add()
    await nameShown('cora-flow')
    await opened.page.getByText('Active').waitFor()
    const answer = await console_.broker.api.proxy('cora-flow', `${service.url}/mails`)
    await service.close()
    expect(answer.body).toEqual({ mails: 3 })
  })

  test('C23: the sample scope is kept letter by letter', async () => {
    const { recipe } = await console_.broker.api.credential('cora-basic')
    expect(recipe.scope).toEqual(['https://outlook.office365.com/.default'])
  })
})

describe('records that exist', () => {
  test('C21: a record without Secret Source loads, and is shown as Internal', async () => {
    const old = {
      name: 'from-v8',
      recipe: {
        grant: 'client_credentials',
        token_url: `${endpoint.url}/token`,
        client_id: 'v8',
        client_auth: 'client_secret_basic',
        scope: ['a'],
      },
      secrets: { client_secret: PLAIN_SECRET },
    }
    await console_.broker.api.create(old)
    opened = await console_.open('/credentials/from-v8/edit')
    await opened.field(/^Client Secret/).waitFor()
    await expect.poll(() => opened.page.getByRole('radio', { name: 'Internal' }).isChecked()).toBe(true)
    await expect.poll(() => opened.field(/^Client Secret/).inputValue()).toBe('')
  })

  test('C22: an existing record is edited, and its secret stays unless another is typed', async () => {
    opened = await console_.open('/credentials/from-v8/edit')
    const { page } = opened
    await opened.field(/^Scopes/).fill('a b')
    await opened.button('Save').click()
    await page.getByText('from-v8 was saved.').waitFor()
    const { recipe, secrets } = await console_.broker.api.credential('from-v8')
    expect(recipe.scope).toEqual(['a', 'b'])
    expect(secrets.client_secret?.set).toBe(true)
  })
})

describe('sibling kinds', () => {
  test('C27: Username Password asks for the password twice', async () => {
    await begin('username_password')
    await form.fill({
      Name: 'user-password',
      'User Name': 'ada',
      Password: 'one-password',
      'Confirm Password': 'another',
    })
    await form.add()
    expect(await form.problemOf('Confirm Password')).toContain('differ')
    await form.fill({ 'Confirm Password': 'one-password' })
    await form.add()
    await nameShown('user-password')
    const { body } = await console_.broker.api.token('user-password')
    expect(atob(body.access_token)).toBe('ada:one-password')
  })

  test('C27: On Behalf has the same parameters, and its token stands for the person who signed in', async () => {
    await begin('on_behalf')
    await form.fill({
      Name: 'on-behalf',
      'Client Identifier': 'web',
      'Client Secret': PLAIN_SECRET,
      'Authorization Endpoint': oidc.authorizationUrl,
      'Token Endpoint': oidc.tokenUrl,
      Scopes: 'openid offline_access',
    })
    await form.add()
    await nameShown('on-behalf')
    await opened.page.getByText('Needs sign-in').first().waitFor()
    await opened.button('Connect').click()
    const link = opened.page.getByRole('link', { name: 'Sign in at the provider' })
    const address = await link.getAttribute('href')
    const person = await opened.context.newPage()
    await person.goto(address!)
    await person.fill('[name=login]', 'ada')
    await person.fill('[name=password]', 'anything')
    await person.click('[type=submit]')
    await person.click('[type=submit]')
    await opened.page.getByText('Connected: a token came.').waitFor()
    const { body } = await console_.broker.api.token('on-behalf')
    expect(await oidc.introspect(body.access_token)).toMatchObject({ active: true, sub: 'ada' })
  })
})
