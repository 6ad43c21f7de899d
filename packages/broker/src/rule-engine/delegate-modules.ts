import { readPath } from './element-path.ts'
import type { TurbineCall, TurbineFetchInit, TurbineModule } from './turbine.ts'
import { compareValues } from './value-comparison.ts'

/** Why a module could not do its work. The engine writes stacks into logs; where our files lie is nobody's business. */
export class ModuleFailure extends Error {
  constructor(message: string) {
    super(message)
    this.stack = ''
  }
}

/** Which action a request is from, said beside what is logged. */
export const COMPONENT = Symbol('component')
export type RuleFetchInit = TurbineFetchInit & { [COMPONENT]: string }

const settingsOf = <T>(call: TurbineCall): T => call.utils.getSettings() as T

interface SecretSettings {
  secrets?: Record<string, { id: string; name: string }>
}

function secretElement(call: TurbineCall): string {
  const { environment } = call.utils.getBuildInfo()
  const element = call.utils.getComponent().name
  const chosen = settingsOf<SecretSettings>(call).secrets?.[environment]
  if (chosen === undefined) {
    throw new ModuleFailure(
      `The data element "${element}" does not have a secret configured for the "${environment}" environment.`,
    )
  }
  const artifact = call.utils.getEnv()[chosen.id]
  if (artifact !== undefined && artifact !== '') return artifact
  throw new ModuleFailure(
    `Could not find the secret "${chosen.name}" on the "${environment}" environment. ` +
      `The secret "${chosen.name}" is configured inside the data element "${element}".`,
  )
}

interface ClientAddress {
  ipV4?: unknown
  ipV6?: unknown
}

function addressElement({ arc }: TurbineCall): unknown {
  const place = readPath({ arc }, 'arc.event.xdm.environment') as ClientAddress | null
  return place?.ipV4 || place?.ipV6
}

interface SendSettings {
  method: string
  url: string
  headers?: Array<{ key: string; value: unknown }>
  body?: unknown
  responseKey?: string
}

const CONNECTOR = 'adobe-cloud-connector'
interface ConnectorStash {
  responses: Record<string, string>
}

/** "Make Fetch Call": any status is an answer, and its text is kept under `responseKey` for later actions. */
async function sendData(call: TurbineCall): Promise<ConnectorStash> {
  const { method, url, headers = [], body, responseKey } = settingsOf<SendSettings>(call)
  const fields: Record<string, string> = {}
  for (const { key, value } of headers) fields[key.toLowerCase()] = String(value)
  const init: RuleFetchInit = { method, headers: fields, [COMPONENT]: call.utils.getComponent().id }
  if (body !== undefined && body !== null && body !== '' && method !== 'GET') {
    const isText = typeof body === 'string'
    init.body = isText ? body : JSON.stringify(body)
    fields['content-type'] ??= isText ? 'text/plain;charset=UTF-8' : 'application/json'
  }
  const answer = await call.utils.fetch(url, init)
  const before = call.arc.ruleStash[CONNECTOR] as ConnectorStash | undefined
  const responses: Record<string, string> = { ...before?.responses }
  if (responseKey !== undefined) responses[responseKey] = await answer.text()
  return { responses }
}

/** What the built-in extensions do, by the id of the delegate. */
export const DELEGATE_MODULES: Readonly<Record<string, TurbineModule>> = {
  'core::dataElements::secret': secretElement,
  'core::dataElements::constant': (call) => settingsOf<{ value: unknown }>(call).value,
  'core::dataElements::path': (call) => readPath({ arc: call.arc }, settingsOf<{ path: string }>(call).path),
  'core::dataElements::ip': addressElement,
  'core::conditions::value-comparison': (call) => compareValues(call.utils.getSettings()),
  'adobe-cloud-connector::actions::send-data': sendData,
}
