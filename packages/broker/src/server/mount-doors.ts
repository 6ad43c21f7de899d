interface Door {
  fetch(request: Request, env?: object): Response | Promise<Response>
}

/** Doors by the path they stand below; everything else is for the native one. */
export function mountDoors(native: Door, doors: Readonly<Record<string, Door>>): Door['fetch'] {
  const mounted = Object.entries(doors)
  return (request, env) => {
    const { pathname } = new URL(request.url)
    const found = mounted.find(([base]) => pathname === base || pathname.startsWith(`${base}/`))
    return (found?.[1] ?? native).fetch(request, env)
  }
}

/** Sends a browser that asks for the root to the page where things begin; a program is told what there is. */
export const startingAt = (path: string, door: Door): Door => ({
  fetch(request, env) {
    const isBrowser = request.headers.get('accept')?.includes('text/html') === true
    if (!isBrowser || new URL(request.url).pathname !== '/') return door.fetch(request, env)
    return new Response(null, { status: 302, headers: { Location: `${path}/`, 'Cache-Control': 'no-store' } })
  },
})
