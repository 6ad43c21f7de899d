import type { SecretsManagerClient, SecretsManagerClientConfig } from '@aws-sdk/client-secrets-manager'
import { lazily, loadPackages, sendFor, unreachableIn } from '../client.ts'
import { type AwsSettings, defineSource, type SourceWorld, unresolved } from '../reference.ts'

const WHAT = 'AWS Secrets Manager'
const PACKAGES = ['@aws-sdk/client-secrets-manager']

type Read = (id: string) => Promise<string>

/**
 * AWS Secrets Manager, `GetSecretValue`. A reference is `secret-name:key`, where the text of the secret is JSON,
 * or the name alone for all of its text. Where secret names are no prefix, it is `key` alone.
 */
export const aws = defineSource<'aws'>({
  open(world) {
    const client = lazily(() => connect(world))
    const read: Read = async (id) => {
      const { GetSecretValueCommand, client: sender } = await client()
      const answer = await sender
        .send(new GetSecretValueCommand({ SecretId: id }))
        .catch((error: unknown) => Promise.reject(explain(error, id)))
      if (answer.SecretString !== undefined) return answer.SecretString
      throw unresolved(`The secret ${id} in ${WHAT} holds bytes.`, 'Store it as text; keys as PEM.')
    }
    return ({ name }) =>
      world.aws.secretNameAsKeyPrefix ? readPrefixed(read, name) : readPlain(read, name, world.aws)
  },
})

async function connect(world: SourceWorld) {
  const { SecretsManagerClient, GetSecretValueCommand } = await loadPackages(
    WHAT,
    PACKAGES,
    () => import('@aws-sdk/client-secrets-manager'),
  )
  const { region, accessKeyId, secretAccessKey, endpoint } = world.aws
  const client: SecretsManagerClient = new SecretsManagerClient({
    ...(region !== null && { region }),
    ...(endpoint !== null && { endpoint }),
    ...(accessKeyId !== null &&
      secretAccessKey !== null && {
        credentials: { accessKeyId, secretAccessKey: secretAccessKey.reveal() },
      }),
    maxAttempts: 2,
    requestHandler: transport(world),
  })
  return { client, GetSecretValueCommand }
}

/** What the client hands to its transport (an `HttpRequest` of Smithy). */
interface ClientRequest {
  protocol: string
  hostname: string
  port?: number
  path: string
  query: Record<string, unknown>
  method: string
  headers: Record<string, string>
  body?: string | Uint8Array
}

type RequestHandler = Extract<SecretsManagerClientConfig['requestHandler'], { handle: unknown }>

/** The client's way to the network: ours. */
function transport(world: SourceWorld): RequestHandler {
  return {
    metadata: { handlerProtocol: 'http/1.1' },
    async handle({ protocol, hostname, port, path, query, method, headers, body }: ClientRequest) {
      const search = new URLSearchParams(query as Record<string, string>).toString()
      const authority = port === undefined ? hostname : `${hostname}:${port}`
      const answer = await sendFor(world, {
        method,
        url: `${protocol}//${authority}${path}${search === '' ? '' : `?${search}`}`,
        headers: Object.entries(headers),
        body: typeof body === 'string' ? body : new TextDecoder().decode(body),
      })
      const bytes = Buffer.from(answer.body)
      return { response: { statusCode: answer.status, headers: { ...answer.headers }, body: bytes } }
    },
    updateHttpClientConfig() {},
    httpHandlerConfigs: () => ({}),
  }
}

const ARN = /^(arn:[^:]*:secretsmanager:[^:]*:[^:]*:secret:[^:]+)(?::(.+))?$/

/** `secret-name:key`: no name of a secret holds a colon, only its ARN does. */
async function readPrefixed(read: Read, reference: string): Promise<string> {
  const [, name, key] = ARN.exec(reference) ?? /^([^:]*)(?::(.+))?$/.exec(reference) ?? []
  if (!name) {
    throw unresolved(
      `"${reference}" names no secret.`,
      'Write secret-name:key, or the name of the secret alone.',
    )
  }
  const text = await read(name)
  if (key === undefined) return text
  const value = member(parseObject(text, name), key)
  if (value !== undefined) return textOf(value, name, key)
  throw unresolved(
    `The secret ${name} in ${WHAT} has no key ${key}.`,
    'Keys are case-sensitive; nested ones are a:b.',
  )
}

/** A key that one of the secrets of the setting has. In two of them it would say two things. */
async function readPlain(read: Read, key: string, { secretNames }: AwsSettings): Promise<string> {
  if (secretNames.length === 0) {
    const hint = 'List them in BURSAR_AWS_SECRET_NAMES, or let references name theirs.'
    throw unresolved('No secrets are named in which the key could be.', hint)
  }
  const texts = await Promise.all(secretNames.map(async (name) => ({ name, text: await read(name) })))
  const found = texts.flatMap(({ name, text }) => {
    const value = member(parseObject(text, name), key)
    return value === undefined ? [] : [{ name, value }]
  })
  const names = found.map(({ name }) => name).join(' and ')
  if (found.length > 1) {
    throw unresolved(`The key ${key} is in more than one secret: ${names}.`, 'Keep it in one of them only.')
  }
  if (found.length === 1) return textOf(found[0]!.value, names, key)
  const hint = 'Keys are case-sensitive; nested ones are a:b.'
  throw unresolved(`No secret of ${secretNames.join(', ')} has the key ${key}.`, hint)
}

function parseObject(text: string, name: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text)
    if (isObject(value)) return value
  } catch {
    // The message of the parser would repeat some of the text.
  }
  throw unresolved(
    `The secret ${name} in ${WHAT} is not a JSON object.`,
    `Name it without a key for all of its text.`,
  )
}

/** The member of that name, or down the path that its colons make. */
function member(object: Record<string, unknown>, key: string): unknown {
  if (Object.hasOwn(object, key)) return object[key]
  for (let at = key.indexOf(':'); at !== -1; at = key.indexOf(':', at + 1)) {
    const head = key.slice(0, at)
    const inner = Object.hasOwn(object, head) ? object[head] : undefined
    const value = isObject(inner) ? member(inner, key.slice(at + 1)) : undefined
    if (value !== undefined) return value
  }
  return undefined
}

function textOf(value: unknown, name: string, key: string): string {
  if (typeof value === 'string') return value
  if (typeof value === 'number') return String(value)
  throw unresolved(`The key ${key} of the secret ${name} holds no text.`, 'Store a string there.')
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const DENIED = {
  detail: (id: string) => `AWS does not let Bursar read the secret ${id}.`,
  hint: 'Allow secretsmanager:GetSecretValue on it, and kms:Decrypt on its key.',
}
const KEY_REFUSED = {
  detail: () => 'AWS refused the access key of Bursar.',
  hint: 'Check BURSAR_AWS_ACCESS_KEY_ID, BURSAR_AWS_SECRET_ACCESS_KEY and the clock of this machine.',
}
const FAULTS: Readonly<Record<string, { detail(id: string): string; hint: string }>> = {
  ResourceNotFoundException: {
    detail: (id) => `There is no secret ${id} in ${WHAT}.`,
    hint: 'Check its name and BURSAR_AWS_REGION.',
  },
  AccessDeniedException: DENIED,
  DecryptionFailure: DENIED,
  InvalidRequestException: {
    detail: (id) => `AWS can not give out the secret ${id} as it is.`,
    hint: 'It may be about to be deleted: restore it, or name another.',
  },
  InvalidParameterException: {
    detail: (id) => `"${id}" is no name that a secret in ${WHAT} can have.`,
    hint: 'Letters, digits and /_+=.@- only.',
  },
  UnrecognizedClientException: KEY_REFUSED,
  InvalidSignatureException: KEY_REFUSED,
  InvalidClientTokenId: KEY_REFUSED,
  ExpiredTokenException: KEY_REFUSED,
  CredentialsProviderError: {
    detail: () => 'Bursar has no credentials for AWS.',
    hint: 'Set BURSAR_AWS_ACCESS_KEY_ID and BURSAR_AWS_SECRET_ACCESS_KEY, or give the machine a role.',
  },
}

/** What went wrong in our words: messages of AWS may repeat what was signed. */
function explain(error: unknown, id: string): Error {
  const unreachable = unreachableIn(error)
  if (unreachable !== null) {
    const hint = unreachable.hint ?? 'Check BURSAR_AWS_REGION, BURSAR_AWS_ENDPOINT and the network.'
    return unresolved(`${WHAT} can not be reached: ${unreachable.message}`, hint)
  }
  const { name, message } = error as Error
  const fault = Object.hasOwn(FAULTS, name) ? FAULTS[name] : undefined
  if (fault !== undefined) return unresolved(fault.detail(id), fault.hint)
  if (/region is missing/i.test(message))
    return unresolved('No region of AWS is set.', 'Set BURSAR_AWS_REGION.')
  return unresolved(`${WHAT} answered with ${name} for the secret ${id}.`, 'It is asked again later.')
}
