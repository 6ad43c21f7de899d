import { getAuditEvent, listAuditEvents } from './audit-events.ts'
import { createCallback, deleteCallback, getCallback, listCallbacks, updateCallback } from './callbacks.ts'
import { getCompany, listCompanies } from './companies.ts'
import {
  createEnvironment,
  deleteEnvironment,
  getEnvironment,
  listEnvironments,
  updateEnvironment,
} from './environments.ts'
import { getExtensionPackage, listExtensionPackages } from './extension-packages.ts'
import { createHost, deleteHost, getHost, listHosts, updateHost } from './hosts.ts'
import { createNote, getNote, listNotes } from './notes.ts'
import type { ReactorPorts } from './ports.ts'
import { getProfile, heartbeat } from './profile.ts'
import { createProperty, deleteProperty, getProperty, listProperties, updateProperty } from './properties.ts'
import { PUBLISHING_VERBS } from './publishing.ts'
import {
  createSecret,
  deleteSecret,
  getSecret,
  listSecretsOfEnvironment,
  listSecretsOfProperty,
} from './secrets.ts'
import { updateSecret } from './update-secret.ts'

/** Every verb of Reactor. Each checks the caller's scopes itself and throws `BursarError`. */
const VERBS = {
  createProperty,
  listProperties,
  getProperty,
  updateProperty,
  deleteProperty,
  createEnvironment,
  listEnvironments,
  getEnvironment,
  updateEnvironment,
  deleteEnvironment,
  createHost,
  listHosts,
  getHost,
  updateHost,
  deleteHost,
  createNote,
  listNotes,
  getNote,
  createCallback,
  listCallbacks,
  getCallback,
  updateCallback,
  deleteCallback,
  listAuditEvents,
  getAuditEvent,
  getProfile,
  heartbeat,
  ...PUBLISHING_VERBS,
  createSecret,
  listSecretsOfProperty,
  listSecretsOfEnvironment,
  getSecret,
  updateSecret,
  deleteSecret,
} as const
type Verbs = typeof VERBS

type WithoutPorts<F> = F extends (ports: ReactorPorts, ...rest: infer A) => infer R
  ? (...rest: A) => R
  : never

export type Reactor = { [V in keyof Verbs]: WithoutPorts<Verbs[V]> } & {
  listCompanies: typeof listCompanies
  getCompany: typeof getCompany
  listExtensionPackages: typeof listExtensionPackages
  getExtensionPackage: typeof getExtensionPackage
}

/** Hands the ports to each verb. */
export function createReactor(ports: ReactorPorts): Reactor {
  const bound = Object.entries(VERBS).map(([name, verb]) => [
    name,
    (...rest: unknown[]) => (verb as (...all: unknown[]) => unknown)(ports, ...rest),
  ])
  return {
    ...(Object.fromEntries(bound) as Reactor),
    listCompanies,
    getCompany,
    listExtensionPackages,
    getExtensionPackage,
  }
}
