import type { Reactor } from '../../operations/reactor/reactor.ts'
import { baseOf, type Call, callerOf } from './json-api/call.ts'
import type { ResourceObject } from './json-api/resource-object.ts'
import { presentCallback, presentEnvironment, presentHost, presentNote, presentProperty } from './present.ts'
import {
  presentBuild,
  presentLibrary,
  presentRevisioned,
  presentRuleComponent,
} from './present-publishing.ts'
import { presentSecret } from './present-secret.ts'
import { presentAuditEvent } from './service-routes.ts'

type Find = (call: Call, reactor: Reactor, id: string) => Promise<ResourceObject>

const revisioned =
  (type: 'data_elements' | 'extensions' | 'rules'): Find =>
  async (call, reactor, id) =>
    presentRevisioned(baseOf(call), type, await reactor.getRevisioned(callerOf(call), type, id))

const FINDERS: Readonly<Record<string, Find>> = {
  properties: async (call, reactor, id) =>
    presentProperty(baseOf(call), await reactor.getProperty(callerOf(call), id)),
  hosts: async (call, reactor, id) => presentHost(baseOf(call), await reactor.getHost(callerOf(call), id)),
  environments: async (call, reactor, id) =>
    presentEnvironment(baseOf(call), await reactor.getEnvironment(callerOf(call), id)),
  callbacks: async (call, reactor, id) =>
    presentCallback(baseOf(call), await reactor.getCallback(callerOf(call), id)),
  secrets: async (call, reactor, id) =>
    presentSecret(baseOf(call), await reactor.getSecret(callerOf(call), id)),
  notes: async (call, reactor, id) => presentNote(baseOf(call), await reactor.getNote(callerOf(call), id)),
  builds: async (call, reactor, id) => presentBuild(baseOf(call), await reactor.getBuild(callerOf(call), id)),
  libraries: async (call, reactor, id) =>
    presentLibrary(baseOf(call), await reactor.getLibrary(callerOf(call), id)),
  rule_components: async (call, reactor, id) =>
    presentRuleComponent(baseOf(call), await reactor.getRuleComponent(callerOf(call), id)),
  audit_events: async (call, reactor, id) =>
    presentAuditEvent(baseOf(call), await reactor.getAuditEvent(callerOf(call), id)),
  data_elements: revisioned('data_elements'),
  extensions: revisioned('extensions'),
  rules: revisioned('rules'),
}

/** A resource as it is shown; undefined where there is no such type. Throws `reactor.not_found`. */
export const findShown = (
  call: Call,
  reactor: Reactor,
  type: string,
  id: string,
): Promise<ResourceObject> | undefined =>
  Object.hasOwn(FINDERS, type) ? FINDERS[type]!(call, reactor, id) : undefined
