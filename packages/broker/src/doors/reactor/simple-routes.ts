import { NOTED } from '@bursar/domain/reactor/relationships.ts'
import type { Reactor } from '../../operations/reactor/reactor.ts'
import type { Serve } from './described-calls.ts'
import {
  answerNothing,
  answerOne,
  answerPage,
  answerSome,
  baseOf,
  type Call,
  callerOf,
  listQueryIn,
  param,
  resourceIn,
} from './json-api/call.ts'
import { presentCompany, presentEnvironment, presentHost, presentNote, presentProperty } from './present.ts'
import { updateIn } from './update-input.ts'

export function addCompanies(serve: Serve, reactor: Reactor): void {
  serve('GET /companies', (call) => {
    const companies = reactor.listCompanies(callerOf(call))
    return answerSome(
      call,
      companies.map((company) => presentCompany(baseOf(call), company)),
    )
  })
  serve('GET /companies/{id}', (call) =>
    answerOne(call, presentCompany(baseOf(call), reactor.getCompany(callerOf(call), param(call, 'id')))),
  )
}

export function addProperties(serve: Serve, reactor: Reactor): void {
  serve('POST /companies/{id}/properties', async (call) => {
    const input = await resourceIn(call)
    const row = await reactor.createProperty(callerOf(call), param(call, 'id'), input)
    return answerOne(call, presentProperty(baseOf(call), row))
  })
  serve('GET /companies/{id}/properties', async (call) => {
    const query = listQueryIn(call)
    const page = await reactor.listProperties(callerOf(call), param(call, 'id'), query)
    return answerPage(call, page, presentProperty)
  })
  serve('GET /properties/{id}', (call) => answerProperty(call, reactor, param(call, 'id')))
  serve('GET /properties/{id}/company', async (call) => {
    const { parentId } = await reactor.getProperty(callerOf(call), param(call, 'id'))
    return answerOne(call, presentCompany(baseOf(call), reactor.getCompany(callerOf(call), parentId)))
  })
  serve('PATCH /properties/{id}', async (call) => {
    const id = param(call, 'id')
    const input = await updateIn(call, reactor)
    const row = await reactor.updateProperty(callerOf(call), id, input)
    return answerOne(call, presentProperty(baseOf(call), row))
  })
  serve('DELETE /properties/{id}', async (call) => {
    await reactor.deleteProperty(callerOf(call), param(call, 'id'))
    return answerNothing()
  })
}

/** The property that something lies in. */
export const answerProperty = async (call: Call, reactor: Reactor, id: string): Promise<Response> =>
  answerOne(call, presentProperty(baseOf(call), await reactor.getProperty(callerOf(call), id)))

export function addEnvironments(serve: Serve, reactor: Reactor): void {
  serve('POST /properties/{id}/environments', async (call) => {
    const input = await resourceIn(call)
    const row = await reactor.createEnvironment(callerOf(call), param(call, 'id'), input)
    return answerOne(call, presentEnvironment(baseOf(call), row))
  })
  serve('GET /properties/{id}/environments', async (call) => {
    const query = listQueryIn(call)
    const page = await reactor.listEnvironments(callerOf(call), param(call, 'id'), query)
    return answerPage(call, page, presentEnvironment)
  })
  serve('GET /environments/{id}', async (call) => {
    const row = await reactor.getEnvironment(callerOf(call), param(call, 'id'))
    return answerOne(call, presentEnvironment(baseOf(call), row))
  })
  serve('GET /environments/{id}/property', async (call) => {
    const { parentId } = await reactor.getEnvironment(callerOf(call), param(call, 'id'))
    return answerProperty(call, reactor, parentId)
  })
  serve('GET /environments/{id}/host', async (call) => {
    const { body } = await reactor.getEnvironment(callerOf(call), param(call, 'id'))
    const host = body.host_id == null ? null : await reactor.getHost(callerOf(call), String(body.host_id))
    return answerOne(call, host && presentHost(baseOf(call), host))
  })
  serve('PATCH /environments/{id}', async (call) => {
    const id = param(call, 'id')
    const input = await updateIn(call, reactor)
    const row = await reactor.updateEnvironment(callerOf(call), id, input)
    return answerOne(call, presentEnvironment(baseOf(call), row))
  })
  serve('DELETE /environments/{id}', async (call) => {
    await reactor.deleteEnvironment(callerOf(call), param(call, 'id'))
    return answerNothing()
  })
}

export function addHosts(serve: Serve, reactor: Reactor): void {
  serve('POST /properties/{id}/hosts', async (call) => {
    const input = await resourceIn(call)
    const row = await reactor.createHost(callerOf(call), param(call, 'id'), input)
    return answerOne(call, presentHost(baseOf(call), row))
  })
  serve('GET /properties/{id}/hosts', async (call) => {
    const query = listQueryIn(call)
    const page = await reactor.listHosts(callerOf(call), param(call, 'id'), query)
    return answerPage(call, page, presentHost)
  })
  serve('GET /hosts/{id}', async (call) =>
    answerOne(call, presentHost(baseOf(call), await reactor.getHost(callerOf(call), param(call, 'id')))),
  )
  serve('GET /hosts/{id}/property', async (call) => {
    const { parentId } = await reactor.getHost(callerOf(call), param(call, 'id'))
    return answerProperty(call, reactor, parentId)
  })
  serve('PATCH /hosts/{id}', async (call) => {
    const id = param(call, 'id')
    const input = await updateIn(call, reactor)
    const row = await reactor.updateHost(callerOf(call), id, input)
    return answerOne(call, presentHost(baseOf(call), row))
  })
  serve('DELETE /hosts/{id}', async (call) => {
    await reactor.deleteHost(callerOf(call), param(call, 'id'))
    return answerNothing()
  })
}

export function addNotes(serve: Serve, reactor: Reactor): void {
  for (const type of NOTED) {
    serve(`POST /${type}/{id}/notes`, async (call) => {
      const input = await resourceIn(call)
      const row = await reactor.createNote(callerOf(call), { type, id: param(call, 'id') }, input)
      return answerOne(call, presentNote(baseOf(call), row))
    })
    serve(`GET /${type}/{id}/notes`, async (call) => {
      const query = listQueryIn(call)
      const page = await reactor.listNotes(callerOf(call), { type, id: param(call, 'id') }, query)
      return answerPage(call, page, presentNote)
    })
  }
  serve('GET /notes/{id}', async (call) =>
    answerOne(call, presentNote(baseOf(call), await reactor.getNote(callerOf(call), param(call, 'id')))),
  )
}
