interface Door {
  fetch(request: Request): Response | Promise<Response>
}

/** Doors by the path they stand below; everything else is for the native one. */
export function mountDoors(native: Door, doors: Readonly<Record<string, Door>>): Door['fetch'] {
  const mounted = Object.entries(doors)
  return (request) => {
    const { pathname } = new URL(request.url)
    const found = mounted.find(([base]) => pathname === base || pathname.startsWith(`${base}/`))
    return (found?.[1] ?? native).fetch(request)
  }
}
