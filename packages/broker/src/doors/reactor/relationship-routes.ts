import type { Next } from 'hono'
import type { Reactor } from '../../operations/reactor/reactor.ts'
import type { Serve } from './described-calls.ts'
import { answerLinkage, baseOf, param } from './json-api/call.ts'
import { findShown } from './shown-resource.ts'

/** The linkage of a relationship as the resource shows it (JSON:API 1.0, "Fetching Relationships"). */
export function addRelationships(serve: Serve, reactor: Reactor): void {
  serve('GET /{type}/{id}/relationships/{name}', async (call, next) => {
    const [type, id, name] = ['type', 'id', 'name'].map((one) => param(call, one)) as [string, string, string]
    const resource = await findShown(call, reactor, type, id)
    if (resource === undefined) return pass(next)
    const { relationships } = resource
    const shown = Object.hasOwn(relationships, name) ? relationships[name]! : {}
    if (shown.data === undefined) return pass(next)
    const self = `${baseOf(call)}/${type}/${id}`
    const links = {
      self: `${self}/relationships/${name}`,
      related: shown.links?.related ?? `${self}/${name}`,
    }
    return answerLinkage(shown.data, links)
  })
}

/** There is nothing here: the route behind says so. */
async function pass(next: Next): Promise<undefined> {
  await next()
}
