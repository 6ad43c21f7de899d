import type { NoRegistration, Registration } from '@bursar/domain/reactor/secrets/secret-type.ts'
import type { Exchanger } from '../exchange-now.ts'
import type { Ports } from '../ports.ts'

/** What the verbs of Reactor work with. */
export type ReactorPorts = Ports & {
  exchanger: Exchanger
  /** The broker's own registration with Google. */
  registration: Registration | NoRegistration
}

export const DOOR = 'reactor'
