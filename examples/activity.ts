/**
 * A custom activity and the token endpoint in front of it, for trying Bursar out on one machine:
 * `node examples/activity.ts --public-key orders.pub.pem`. The token endpoint takes a JWT that the private key
 * of the pair signed (RFC 7523 §2.1); the activity takes requests with its tokens and no others.
 */
import { createVerify, randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage } from 'node:http'
import { parseArgs } from 'node:util'

const { values } = parseArgs({
  options: { port: { type: 'string', default: '9100' }, 'public-key': { type: 'string' } },
})
const publicKey = readFileSync(values['public-key'] ?? 'orders.pub.pem', 'utf8')
const base = `http://127.0.0.1:${values.port}`
const tokens = new Map<string, number>()

const secured = { securityOptions: { securityType: 'securityContext', securityContextKey: 'orders' } }
const config = {
  workflowApiVersion: '1.1',
  metaData: { icon: 'icon.png', category: 'message' },
  type: 'REST',
  lang: { 'en-US': { name: 'Discount', description: 'Gives a customer a discount' } },
  arguments: {
    execute: {
      inArguments: [{ email: '{{Contact.Attribute.Email}}', points: '{{Contact.Attribute.Points}}' }],
      outArguments: [],
      url: `${base}/activity/execute`,
      timeout: 10_000,
      retryCount: 2,
      retryDelay: 1000,
      concurrentRequests: 5,
      ...secured,
    },
  },
  configurationArguments: {
    applicationExtensionKey: 'discount',
    validate: { url: `${base}/activity/validate`, ...secured },
    publish: { url: `${base}/activity/publish`, ...secured },
  },
}

interface Claims {
  iss?: string
  sub?: string
  aud?: string
  exp?: number
}

/** The claims of an assertion that the private key signed and that has not ended. */
function verify(assertion: string): Claims | null {
  const [header = '', payload = '', signature = ''] = assertion.split('.')
  const signed = createVerify('sha256').update(`${header}.${payload}`)
  if (!signed.verify(publicKey, signature, 'base64url')) return null
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Claims
  return (claims.exp ?? 0) * 1000 > Date.now() && claims.aud === `${base}/token` ? claims : null
}

function issue(text: string): [status: number, body: object] {
  const form = new URLSearchParams(text)
  const asked = form.get('grant_type') === 'urn:ietf:params:oauth:grant-type:jwt-bearer'
  if (!asked || verify(form.get('assertion') ?? '') === null) return [400, { error: 'invalid_grant' }]
  const token = randomBytes(24).toString('base64url')
  tokens.set(token, Date.now() + 600_000)
  return [200, { access_token: token, token_type: 'Bearer', expires_in: 600 }]
}

function act(req: IncomingMessage, text: string): [status: number, body: object] {
  const token = /^Bearer (.+)$/.exec(req.headers.authorization ?? '')?.[1] ?? ''
  if ((tokens.get(token) ?? 0) < Date.now()) return [401, { error: 'invalid_token' }]
  if (req.url !== '/activity/execute') return [200, {}]
  const { inArguments } = JSON.parse(text) as { inArguments: Array<{ email?: string; points?: number }> }
  const { email, points = 0 } = Object.assign({}, ...inArguments)
  if (!/@/.test(email ?? '')) return [422, { error: 'no email address' }]
  return [200, { discount: points >= 100 ? 15 : 5 }]
}

createServer(async (req, res) => {
  let text = ''
  for await (const chunk of req) text += chunk
  const [status, body] =
    req.url === '/config.json' ? [200, config] : req.url === '/token' ? issue(text) : act(req, text)
  res.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body))
}).listen(Number(values.port), '127.0.0.1', () => console.log(`custom activity: ${base}/config.json`))
