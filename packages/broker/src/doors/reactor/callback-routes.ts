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
  resourceIn,
} from './json-api/call.ts'
import { presentCallback } from './present.ts'
import { answerProperty } from './simple-routes.ts'
import { updateIn } from './update-input.ts'

export function addCallbacks(serve: Serve, reactor: Reactor): void {
  serve('POST /properties/{id}/callbacks', async (call) => {
    const input = await resourceIn(call)
    const view = await reactor.createCallback(callerOf(call), param(call, 'id'), input)
    return answerOne(call, presentCallback(baseOf(call), view))
  })
  serve('GET /properties/{id}/callbacks', async (call) => {
    const query = listQueryIn(call)
    const page = await reactor.listCallbacks(callerOf(call), param(call, 'id'), query)
    return answerPage(call, page, presentCallback)
  })
  serve('GET /callbacks/{id}', async (call) => {
    const view = await reactor.getCallback(callerOf(call), param(call, 'id'))
    return answerOne(call, presentCallback(baseOf(call), view))
  })
  serve('GET /callbacks/{id}/property', async (call) => {
    const { row } = await reactor.getCallback(callerOf(call), param(call, 'id'))
    return answerProperty(call, reactor, row.parentId)
  })
  serve('PATCH /callbacks/{id}', async (call) => {
    const id = param(call, 'id')
    const input = await updateIn(call, reactor)
    const view = await reactor.updateCallback(callerOf(call), id, input)
    return answerOne(call, presentCallback(baseOf(call), view))
  })
  serve('DELETE /callbacks/{id}', async (call) => {
    await reactor.deleteCallback(callerOf(call), param(call, 'id'))
    return answerNothing()
  })
}
