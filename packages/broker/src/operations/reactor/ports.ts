import type { Exchanger } from '../exchange-now.ts'
import type { Ports } from '../ports.ts'

/** What the verbs of Reactor work with. */
export type ReactorPorts = Ports & { exchanger: Exchanger }

export const DOOR = 'reactor'
