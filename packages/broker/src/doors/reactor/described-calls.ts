import { BASE_PATH, type ReactorRoute } from '@bursar/domain/api/reactor/reactor-route.ts'
import { REACTOR_ROUTES } from '@bursar/domain/api/reactor/routes.ts'
import type { Hono, Next } from 'hono'
import { routerPath } from '../../http/route-path.ts'
import type { Call, Env } from './json-api/call.ts'

/** Serves a call of the table of routes, such as `GET /secrets/{id}`; what it is read by comes with it. */
export type Serve = (
  name: string,
  handle: (call: Call, next: Next) => Response | Promise<Response | undefined>,
) => void

const nameOf = ({ method, path }: ReactorRoute): string => `${method} ${path.slice(BASE_PATH.length)}`

/**
 * Lets `add` serve calls of the table of routes, and none that is not in it. Throws where one of them is left out:
 * what is described is what there is.
 */
export function serveDescribed(door: Hono<Env>, add: (serve: Serve) => void): void {
  const waiting = new Map(REACTOR_ROUTES.map((route) => [nameOf(route), route]))
  add((name, handle) => {
    const route = waiting.get(name)
    if (route === undefined) throw new Error(`The table of routes has no ${name}, or it is served already.`)
    waiting.delete(name)
    const path = routerPath(route.path.slice(BASE_PATH.length))
    door.on(route.method, path, async (call, next) => {
      call.set('route', route)
      return handle(call, next)
    })
  })
  if (waiting.size > 0) throw new Error(`Nothing serves ${[...waiting.keys()].join(', ')}.`)
}
