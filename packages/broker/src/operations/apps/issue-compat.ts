import { BursarError, ERRORS } from '@bursar/domain/error.ts'
import {
  type AmpscriptJwt,
  getJwt,
  getJwtByKeyName,
  type NamedKey,
} from '@bursar/domain/issuing/ampscript-jwt.ts'
import type { CompatPage } from '@bursar/domain/issuing/app-page.ts'
import {
  type CompatCredentials,
  type CompatOutcome,
  type CompatRequest,
  compatPayload,
  readCompatRequest,
} from '@bursar/domain/issuing/compat-page.ts'
import { Secret } from '@bursar/domain/secret.ts'
import { AMPSCRIPT_CALLS, namedKeyCalls } from '../../issuer/ampscript-calls.ts'
import type { EntryLog } from './entry-log.ts'
import type { IssuePorts } from './issue-standard.ts'
import { activeVersion, type OpenedApp, type OpenedPage } from './opened.ts'

type CompatOpened = OpenedPage & { config: CompatPage }
type CompatPorts = IssuePorts & { entries: EntryLog }

/** What a script throws; the message goes to the client, the description to the table only. */
class ScriptException extends Error {
  readonly description: string
  readonly inner: string

  constructor(message: string, description = '', inner = '') {
    super(message)
    this.description = description
    this.inner = inner
  }
}

type FunctionName = 'Main Block' | 'GetAccessToken' | 'GetJWT'

/** One request to a page in compat mode, step by step as its script goes. */
export async function requestCompatToken(
  ports: CompatPorts,
  page: CompatOpened,
  request: { method: string; text: string; address: string },
): Promise<CompatOutcome> {
  if (request.method === 'GET') return { kind: 'forbidden' }
  try {
    const asked = readCompatRequest(request.text)
    if (asked.kind === 'exception') throw new ScriptException(asked.message)
    if (asked.kind !== 'request_token') return asked
    const found = await logged(ports, page, 'GetAccessToken', () =>
      getAccessToken(ports, page, asked.credentials, request.address),
    )
    // As printed, the script would sign with the error object; here it is the answer.
    if (found.kind !== 'found') return found
    const signed = await logged(ports, page, 'GetJWT', () =>
      signPayload(ports, page, found.signingSecret, request.text, asked),
    )
    return signed
  } catch (error) {
    const exception = exceptionOf(error)
    record(ports, page, 'Main Block', exception)
    return { kind: 'exception', message: exception.message }
  }
}

/** Logs what a function throws under its name, and throws it on. */
async function logged<T>(
  ports: CompatPorts,
  page: OpenedPage,
  name: FunctionName,
  act: () => Promise<T>,
): Promise<T> {
  try {
    return await act()
  } catch (error) {
    record(ports, page, name, exceptionOf(error))
    throw error
  }
}

function record(
  { entries }: CompatPorts,
  page: OpenedPage,
  name: FunctionName,
  exception: ScriptException,
): void {
  entries.append('CustomAppException', page, {
    Message: exception.message,
    Description: exception.description,
    InnerException: exception.inner,
    FunctionName: name,
  })
}

/** Faults of ours say no more than their title to a client. */
function exceptionOf(error: unknown): ScriptException {
  if (error instanceof ScriptException) return error
  if (error instanceof BursarError)
    return new ScriptException(ERRORS[error.code].title, error.detail, error.code)
  return new ScriptException(ERRORS.internal.title, '', (error as Error).name)
}

type Found =
  | { kind: 'found'; signingSecret: Secret | null }
  | Extract<CompatOutcome, { kind: 'not_authorized' }>

/** Looks the app up by client id, client secret and grant type, and answers its signing secret. */
async function getAccessToken(
  ports: CompatPorts,
  page: CompatOpened,
  { clientId, clientSecret, grantType }: CompatCredentials,
  address: string,
): Promise<Found> {
  const found = ports.memory.findApp(page, clientId)
  const app = found instanceof Promise ? await found : found
  const secret = new Secret(clientSecret)
  if (!ports.gate.admitFast(app, secret)) {
    const answer = await ports.gate.admit(app, secret, address)
    if (answer.kind === 'slowed')
      return { kind: 'not_authorized', retryAfterSeconds: answer.retryAfterSeconds }
    if (answer.kind === 'closed') return { kind: 'not_authorized' }
  }
  const { enabled, grant_types } = app!.config
  if (!enabled || !grant_types.includes(grantType)) return { kind: 'not_authorized' }
  return {
    kind: 'found',
    signingSecret: page.config.signing_key === null ? await openSecret(ports, app!) : null,
  }
}

/** The signing secret of an app, read from where it lives. */
export async function openSecret(
  { sources }: Pick<IssuePorts, 'sources'>,
  { signingSecret }: OpenedApp,
): Promise<Secret> {
  if (signingSecret instanceof Secret) return signingSecret
  return signingSecret === null ? new Secret('') : sources.resolve(signingSecret)
}

async function signPayload(
  ports: CompatPorts,
  page: CompatOpened,
  signingSecret: Secret | null,
  text: string,
  asked: Extract<CompatRequest, { kind: 'request_token' }>,
): Promise<CompatOutcome> {
  const { algorithm, signing_key, verbatim } = page.config
  const prepared = compatPayload(text, asked, verbatim)
  if ('refusal' in prepared) throw new ScriptException(prepared.refusal)
  const { payload } = prepared
  const signed =
    signing_key === null
      ? getJwt([signingSecret!.reveal(), algorithm, payload], AMPSCRIPT_CALLS)
      : await getJwtByKeyName(
          [signing_key, algorithm, payload],
          (name) => findKey(ports, name),
          AMPSCRIPT_CALLS,
        )
  return outcomeOf(ports, page, signed)
}

function outcomeOf(ports: CompatPorts, page: OpenedPage, signed: AmpscriptJwt): CompatOutcome {
  if (signed.kind === 'jwt') return { kind: 'token', token: signed.jwt }
  if (signed.kind === 'exception') throw new ScriptException(signed.message, signed.name)
  // No script can catch it, so nothing of the platform logs it; whoever runs the page still has to know.
  record(ports, page, 'GetJWT', new ScriptException(signed.message, 'The page was aborted.'))
  return { kind: 'aborted' }
}

async function findKey({ memory, clock }: CompatPorts, name: string): Promise<NamedKey | undefined> {
  const key = await memory.keys.find(name)
  const version = key && activeVersion(key, clock.now())
  return version && namedKeyCalls(key.algorithm, version.signing)
}
