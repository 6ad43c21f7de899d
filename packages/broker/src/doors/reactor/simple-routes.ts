import { ENVIRONMENT } from '@bursar/domain/reactor/environment.ts'
import { HOST } from '@bursar/domain/reactor/host.ts'
import type { RelationshipShape } from '@bursar/domain/reactor/json-api/document.ts'
import { pageOf } from '@bursar/domain/reactor/json-api/query-values.ts'
import { NOTE } from '@bursar/domain/reactor/note.ts'
import { PROPERTY } from '@bursar/domain/reactor/property.ts'
import type { ResourceType } from '@bursar/domain/reactor/resource-type.ts'
import type { Hono } from 'hono'
import type { Reactor } from '../../operations/reactor/reactor.ts'
import {
  answerMany,
  answerNothing,
  answerOne,
  baseOf,
  callerOf,
  type Env,
  listQueryIn,
  param,
  resourceIn,
} from './json-api/call.ts'
import { presentCompany, presentEnvironment, presentHost, presentNote, presentProperty } from './present.ts'
import { updateIn } from './update-input.ts'

type Door = Hono<Env>

const ENVIRONMENT_RELATIONSHIPS: Record<string, RelationshipShape> = {
  host: { type: 'hosts' },
  property: { type: 'properties' },
}
const HOST_RELATIONSHIPS: Record<string, RelationshipShape> = { property: { type: 'properties' } }
const PROPERTY_RELATIONSHIPS: Record<string, RelationshipShape> = { company: { type: 'companies' } }

export function addCompanies(door: Door, reactor: Reactor): void {
  door.get('/companies', (call) => {
    const companies = reactor.listCompanies(callerOf(call))
    const { items, ...page } = pageOf(companies, ({ name }) => name, listQueryIn(call, { name: 'text' }))
    return answerMany(
      call,
      items.map((company) => presentCompany(baseOf(call), company)),
      page,
    )
  })
  door.get('/companies/:id', (call) =>
    answerOne(call, presentCompany(baseOf(call), reactor.getCompany(callerOf(call), param(call, 'id')))),
  )
}

export function addProperties(door: Door, reactor: Reactor): void {
  door.post('/companies/:id/properties', async (call) => {
    const input = await resourceIn(call, {
      type: 'properties',
      id: null,
      attributes: 'required',
      relationships: PROPERTY_RELATIONSHIPS,
    })
    const row = await reactor.createProperty(callerOf(call), param(call, 'id'), input)
    return answerOne(call, presentProperty(baseOf(call), row), 201)
  })
  door.get('/companies/:id/properties', async (call) => {
    const query = listQueryIn(call, PROPERTY.fields)
    const page = await reactor.listProperties(callerOf(call), param(call, 'id'), query)
    return answerMany(
      call,
      page.items.map((row) => presentProperty(baseOf(call), row)),
      page,
    )
  })
  door.get('/properties/:id', async (call) => {
    const row = await reactor.getProperty(callerOf(call), param(call, 'id'))
    return answerOne(call, presentProperty(baseOf(call), row))
  })
  door.get('/properties/:id/company', async (call) => {
    const { parentId } = await reactor.getProperty(callerOf(call), param(call, 'id'))
    return answerOne(call, presentCompany(baseOf(call), reactor.getCompany(callerOf(call), parentId)))
  })
  door.patch('/properties/:id', async (call) => {
    const id = param(call, 'id')
    const input = await updateIn(call, reactor, PROPERTY, PROPERTY_RELATIONSHIPS)
    const row = await reactor.updateProperty(callerOf(call), id, input)
    return answerOne(call, presentProperty(baseOf(call), row))
  })
  door.delete('/properties/:id', async (call) => {
    await reactor.deleteProperty(callerOf(call), param(call, 'id'))
    return answerNothing()
  })
}

export function addEnvironments(door: Door, reactor: Reactor): void {
  const relationships = ENVIRONMENT_RELATIONSHIPS
  door.post('/properties/:id/environments', async (call) => {
    const input = await resourceIn(call, {
      type: 'environments',
      id: null,
      attributes: 'required',
      relationships,
    })
    const row = await reactor.createEnvironment(callerOf(call), param(call, 'id'), input)
    return answerOne(call, presentEnvironment(baseOf(call), row), 201)
  })
  door.get('/properties/:id/environments', async (call) => {
    const query = listQueryIn(call, ENVIRONMENT.fields)
    const page = await reactor.listEnvironments(callerOf(call), param(call, 'id'), query)
    return answerMany(
      call,
      page.items.map((row) => presentEnvironment(baseOf(call), row)),
      page,
    )
  })
  door.get('/environments/:id', async (call) => {
    const row = await reactor.getEnvironment(callerOf(call), param(call, 'id'))
    return answerOne(call, presentEnvironment(baseOf(call), row))
  })
  door.get('/environments/:id/property', async (call) => {
    const { parentId } = await reactor.getEnvironment(callerOf(call), param(call, 'id'))
    return answerOne(call, presentProperty(baseOf(call), await reactor.getProperty(callerOf(call), parentId)))
  })
  door.get('/environments/:id/host', async (call) => {
    const { body } = await reactor.getEnvironment(callerOf(call), param(call, 'id'))
    const host = body.host_id == null ? null : await reactor.getHost(callerOf(call), String(body.host_id))
    return answerOne(call, host && presentHost(baseOf(call), host))
  })
  door.patch('/environments/:id', async (call) => {
    const id = param(call, 'id')
    const input = await updateIn(call, reactor, ENVIRONMENT, relationships)
    const row = await reactor.updateEnvironment(callerOf(call), id, input)
    return answerOne(call, presentEnvironment(baseOf(call), row))
  })
  door.delete('/environments/:id', async (call) => {
    await reactor.deleteEnvironment(callerOf(call), param(call, 'id'))
    return answerNothing()
  })
}

export function addHosts(door: Door, reactor: Reactor): void {
  const relationships = HOST_RELATIONSHIPS
  door.post('/properties/:id/hosts', async (call) => {
    const input = await resourceIn(call, { type: 'hosts', id: null, attributes: 'required', relationships })
    const row = await reactor.createHost(callerOf(call), param(call, 'id'), input)
    return answerOne(call, presentHost(baseOf(call), row), 201)
  })
  door.get('/properties/:id/hosts', async (call) => {
    const query = listQueryIn(call, HOST.fields)
    const page = await reactor.listHosts(callerOf(call), param(call, 'id'), query)
    return answerMany(
      call,
      page.items.map((row) => presentHost(baseOf(call), row)),
      page,
    )
  })
  door.get('/hosts/:id', async (call) =>
    answerOne(call, presentHost(baseOf(call), await reactor.getHost(callerOf(call), param(call, 'id')))),
  )
  door.get('/hosts/:id/property', async (call) => {
    const { parentId } = await reactor.getHost(callerOf(call), param(call, 'id'))
    return answerOne(call, presentProperty(baseOf(call), await reactor.getProperty(callerOf(call), parentId)))
  })
  door.patch('/hosts/:id', async (call) => {
    const id = param(call, 'id')
    const input = await updateIn(call, reactor, HOST, relationships)
    const row = await reactor.updateHost(callerOf(call), id, input)
    return answerOne(call, presentHost(baseOf(call), row))
  })
  door.delete('/hosts/:id', async (call) => {
    await reactor.deleteHost(callerOf(call), param(call, 'id'))
    return answerNothing()
  })
}

/** Notes of each of these types. */
export function addNotes(door: Door, reactor: Reactor, types: readonly ResourceType[]): void {
  for (const type of types) {
    door.post(`/${type}/:id/notes`, async (call) => {
      const input = await resourceIn(call, { type: 'notes', id: null, attributes: 'required' })
      const row = await reactor.createNote(callerOf(call), { type, id: param(call, 'id') }, input)
      return answerOne(call, presentNote(baseOf(call), row), 201)
    })
    door.get(`/${type}/:id/notes`, async (call) => {
      const query = listQueryIn(call, NOTE.fields)
      const page = await reactor.listNotes(callerOf(call), { type, id: param(call, 'id') }, query)
      return answerMany(
        call,
        page.items.map((row) => presentNote(baseOf(call), row)),
        page,
      )
    })
  }
  door.get('/notes/:id', async (call) =>
    answerOne(call, presentNote(baseOf(call), await reactor.getNote(callerOf(call), param(call, 'id')))),
  )
}
