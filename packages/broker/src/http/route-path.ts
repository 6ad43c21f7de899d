/** A path of a table of routes, such as `/secrets/{id}`, as the router writes it. */
export const routerPath = (path: string): string => path.replaceAll(/\{(\w+)\}/g, ':$1')

/** The methods of each path of the router; HEAD goes wherever GET does (RFC 9110 §9.3.2). */
export function methodsByPath(
  routes: ReadonlyArray<{ method: string; path: string }>,
): ReadonlyMap<string, readonly string[]> {
  const methods = new Map<string, string[]>()
  for (const { method, path } of routes) {
    const known = methods.get(routerPath(path)) ?? []
    methods.set(routerPath(path), [...known, ...(method === 'GET' ? ['GET', 'HEAD'] : [method])])
  }
  return methods
}
