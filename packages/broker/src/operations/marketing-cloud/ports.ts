import type { Outbound } from '../../outbound/outbound.ts'
import type { Operations } from '../operations.ts'
import type { Ports } from '../ports.ts'

/** What the verbs of Marketing Cloud work with. */
export type MarketingCloudPorts = Pick<
  Ports,
  'store' | 'envelope' | 'clock' | 'random' | 'log' | 'settings'
> & {
  /** To services that activities call, and to where their `config.json` is. */
  destinations: Outbound
  tokens: Pick<
    Operations,
    | 'useTokenFast'
    | 'useToken'
    | 'renewRejected'
    | 'decide'
    | 'createCredential'
    | 'listCredentials'
    | 'getCredential'
    | 'updateCredential'
    | 'deleteCredential'
  >
}

export const DOOR = 'marketing-cloud'
