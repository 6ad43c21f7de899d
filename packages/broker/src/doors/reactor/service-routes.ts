import type { AuditEvent } from '../../operations/reactor/audit-events.ts'
import type { Profile } from '../../operations/reactor/profile.ts'
import type { Reactor } from '../../operations/reactor/reactor.ts'
import type { Serve } from './described-calls.ts'
import {
  answerNothing,
  answerOne,
  answerPage,
  baseOf,
  callerOf,
  listQueryIn,
  param,
} from './json-api/call.ts'
import { presentInstant, type ResourceObject } from './json-api/resource-object.ts'

/** What is about the caller, the service, and what happened. */
export function addService(serve: Serve, reactor: Reactor): void {
  serve('GET /profile', async (call) =>
    answerOne(call, presentProfile(baseOf(call), await reactor.getProfile(callerOf(call)))),
  )
  serve('GET /heartbeat', async () => {
    await reactor.heartbeat()
    return answerNothing()
  })
  serve('GET /audit_events', async (call) => {
    const page = await reactor.listAuditEvents(callerOf(call), listQueryIn(call))
    return answerPage(call, page, presentAuditEvent)
  })
  serve('GET /audit_events/{id}', async (call) => {
    const event = await reactor.getAuditEvent(callerOf(call), param(call, 'id'))
    return answerOne(call, presentAuditEvent(baseOf(call), event))
  })
}

function presentProfile(base: string, profile: Profile): ResourceObject {
  const { id, name, organization, expiresInSeconds, rights, scopes } = profile
  return {
    id,
    type: 'users',
    attributes: {
      active_org: organization.id,
      display_name: name,
      email: null,
      expires_in: expiresInSeconds,
      job_function: null,
      organizations: {
        [organization.id]: {
          name: organization.id,
          admin: organization.isAdmin,
          active: true,
          login_companies: [organization.companyId],
          product_contexts: ['dma_reactor'],
          tenant_id: organization.id,
        },
      },
    },
    relationships: {},
    links: { self: `${base}/profile` },
    meta: { rights, scopes },
  }
}

export function presentAuditEvent(
  base: string,
  { id, typeOf, at, by, propertyId, entity: { type, id: entityId, name } }: AuditEvent,
): ResourceObject {
  const self = `${base}/audit_events/${id}`
  const entity = `${base}/${type}/${entityId}`
  const property = `${base}/properties/${propertyId}`
  const attributes = { ...(name !== null && { name }) }
  return {
    id,
    type: 'audit_events',
    attributes: {
      type_of: typeOf,
      display_name: name,
      attributed_to_display_name: by,
      attributed_to_email: null,
      entity: JSON.stringify({ data: { id: entityId, type, attributes, links: { self: entity } } }),
      created_at: presentInstant(at),
      updated_at: presentInstant(at),
    },
    relationships: {
      property: { links: { related: property }, data: { id: propertyId, type: 'properties' } },
      entity: { links: { related: entity }, data: { id: entityId, type } },
    },
    links: { self, property, entity },
    meta: {},
  }
}
