import type { Hono } from 'hono'
import type { Env } from './call.ts'

/** The methods that a path takes; empty where there is no such path. */
export function methodsOf({ routes }: Pick<Hono<Env>, 'routes'>, path: string): string[] {
  const methods = routes
    .filter(({ method, path: route }) => method !== 'ALL' && covers(route, path))
    .map(({ method }) => method)
  const known = new Set(methods)
  if (known.has('GET')) known.add('HEAD')
  return [...known]
}

/** Whether a path is of this route, where `:name` stands for any segment. */
function covers(route: string, path: string): boolean {
  const [wanted, given] = [route.split('/'), path.split('/')]
  return (
    wanted.length === given.length &&
    wanted.every((segment, at) => segment === given[at] || (segment.startsWith(':') && given[at] !== ''))
  )
}
