import type { Answer } from '../api.ts'
import { startTestBroker, type TestBroker } from '../broker.ts'
import { checkDescribed } from '../described.ts'
import type { Configuration } from './examples.ts'

export const DESTINATIONS = '/data/core/activation/authoring/destinations'
export const LIST = '/customerAuthenticationConfigurations'

export const HEADERS = {
  'x-api-key': 'the-api-key',
  'x-gw-ims-org-id': 'AB12@AdobeOrg',
  'x-sandbox-name': 'prod',
}

/** Every name leads to this machine, so that a customer's id can be a part of a host. */
export const startDoorBroker = (): Promise<TestBroker> =>
  startTestBroker({ lookup: async () => [{ address: '127.0.0.1', family: 4 }] })

/** Calls of the door; each is held against what OpenAPI says of it. */
export interface Door {
  create(configuration: unknown): Promise<Answer & { body: Configuration }>
  /** Creates it and answers the provider of its first entry. */
  provider(configuration: Configuration): Promise<string>
  call(method: string, instanceId: string, body?: unknown): Promise<Answer & { body: Configuration }>
  /** Problems by their pointers. */
  refusal(configuration: unknown): Promise<Record<string, string>>
}

export function openDoor(broker: TestBroker): Door {
  const call: Door['call'] = async (method, instanceId, body) => {
    const path = `${DESTINATIONS}${instanceId && `/${instanceId}`}`
    const answer = await broker.api.call(method, path, body, { headers: HEADERS })
    const { status, headers } = answer
    const mediaType = headers.get('content-type')
    checkDescribed({ method, path, sent: body, status, mediaType, body: answer.body })
    return answer
  }
  const create: Door['create'] = (configuration) => call('POST', '', configuration)
  return {
    create,
    call,
    async provider(configuration) {
      const { status, body, text } = await create(configuration)
      if (status !== 200) throw new Error(text)
      return `destination-${body.instanceId}-0`
    },
    async refusal(configuration) {
      const { status, body } = await create(configuration)
      if (status !== 400) throw new Error(`It answered ${status}.`)
      return Object.fromEntries(
        body.errors.map(({ path, code }: { path: string; code: string }) => [path, code]),
      )
    },
  }
}

/** A copy with some members changed; undefined takes one away. */
export const changed = (configuration: Configuration, change: Configuration): Configuration => {
  const [entry, ...others] = configuration.customerAuthenticationConfigurations
  return JSON.parse(
    JSON.stringify({
      ...configuration,
      customerAuthenticationConfigurations: [{ ...entry, ...change }, ...others],
    }),
  ) as Configuration
}
