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
import { presentEnvironment } from './present.ts'
import { presentSecret } from './present-secret.ts'
import { answerProperty } from './simple-routes.ts'
import { updateIn } from './update-input.ts'

/** Secrets, below their property or environment and by themselves. */
export function addSecrets(serve: Serve, reactor: Reactor): void {
  serve('POST /properties/{id}/secrets', async (call) => {
    const input = await resourceIn(call)
    const view = await reactor.createSecret(callerOf(call), param(call, 'id'), input)
    return answerOne(call, presentSecret(baseOf(call), view))
  })
  serve('GET /properties/{id}/secrets', async (call) => {
    const query = listQueryIn(call)
    const page = await reactor.listSecretsOfProperty(callerOf(call), param(call, 'id'), query)
    return answerPage(call, page, presentSecret)
  })
  serve('GET /environments/{id}/secrets', async (call) => {
    const query = listQueryIn(call)
    const page = await reactor.listSecretsOfEnvironment(callerOf(call), param(call, 'id'), query)
    return answerPage(call, page, presentSecret)
  })
  serve('GET /secrets/{id}', async (call) => {
    const view = await reactor.getSecret(callerOf(call), param(call, 'id'))
    return answerOne(call, presentSecret(baseOf(call), view))
  })
  serve('PATCH /secrets/{id}', async (call) => {
    const id = param(call, 'id')
    const input = await updateIn(call, reactor)
    const view = await reactor.updateSecret(callerOf(call), id, input)
    return answerOne(call, presentSecret(baseOf(call), view))
  })
  serve('DELETE /secrets/{id}', async (call) => {
    await reactor.deleteSecret(callerOf(call), param(call, 'id'))
    return answerNothing()
  })
  serve('GET /secrets/{id}/property', async (call) => {
    const { row } = await reactor.getSecret(callerOf(call), param(call, 'id'))
    return answerProperty(call, reactor, row.parentId)
  })
  serve('GET /secrets/{id}/environment', async (call) => {
    const { environmentId } = await reactor.getSecret(callerOf(call), param(call, 'id'))
    if (environmentId === null) return answerOne(call, null)
    const row = await reactor.getEnvironment(callerOf(call), environmentId)
    return answerOne(call, presentEnvironment(baseOf(call), row))
  })
}
