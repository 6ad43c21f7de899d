import type { RelationshipShape } from '@bursar/domain/reactor/json-api/document.ts'
import { SECRET } from '@bursar/domain/reactor/secrets/secret.ts'
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
import { presentEnvironment, presentProperty } from './present.ts'
import { presentSecret } from './present-secret.ts'
import { updateIn } from './update-input.ts'

const RELATIONSHIPS: Record<string, RelationshipShape> = {
  environment: { type: 'environments' },
  property: { type: 'properties' },
}

/** Secrets, below their property or environment and by themselves. */
export function addSecrets(door: Hono<Env>, reactor: Reactor): void {
  const relationships = RELATIONSHIPS
  door.post('/properties/:id/secrets', async (call) => {
    const input = await resourceIn(call, { type: 'secrets', id: null, attributes: 'required', relationships })
    const view = await reactor.createSecret(callerOf(call), param(call, 'id'), input)
    return answerOne(call, presentSecret(baseOf(call), view), 201)
  })
  door.get('/properties/:id/secrets', async (call) => {
    const query = listQueryIn(call, SECRET.fields)
    const page = await reactor.listSecretsOfProperty(callerOf(call), param(call, 'id'), query)
    const base = baseOf(call)
    return answerMany(
      call,
      page.items.map((view) => presentSecret(base, view)),
      page,
    )
  })
  door.get('/environments/:id/secrets', async (call) => {
    const query = listQueryIn(call, SECRET.fields)
    const page = await reactor.listSecretsOfEnvironment(callerOf(call), param(call, 'id'), query)
    const base = baseOf(call)
    return answerMany(
      call,
      page.items.map((view) => presentSecret(base, view)),
      page,
    )
  })
  door.get('/secrets/:id', async (call) => {
    const view = await reactor.getSecret(callerOf(call), param(call, 'id'))
    return answerOne(call, presentSecret(baseOf(call), view))
  })
  door.patch('/secrets/:id', async (call) => {
    const id = param(call, 'id')
    const input = await updateIn(call, reactor, SECRET, relationships)
    const view = await reactor.updateSecret(callerOf(call), id, input)
    return answerOne(call, presentSecret(baseOf(call), view))
  })
  door.delete('/secrets/:id', async (call) => {
    await reactor.deleteSecret(callerOf(call), param(call, 'id'))
    return answerNothing()
  })
  door.get('/secrets/:id/property', async (call) => {
    const { row } = await reactor.getSecret(callerOf(call), param(call, 'id'))
    return answerOne(
      call,
      presentProperty(baseOf(call), await reactor.getProperty(callerOf(call), row.parentId)),
    )
  })
  door.get('/secrets/:id/environment', async (call) => {
    const { environmentId } = await reactor.getSecret(callerOf(call), param(call, 'id'))
    if (environmentId === null) return answerOne(call, null)
    const row = await reactor.getEnvironment(callerOf(call), environmentId)
    return answerOne(call, presentEnvironment(baseOf(call), row))
  })
}
