import { EVENT_ROUTE } from './reactor/event-route.ts'
import { BASE_PATH } from './reactor/reactor-route.ts'
import { REACTOR_ROUTES } from './reactor/routes.ts'
import type { Route } from './route.ts'
import { activityApiRoutes } from './routes/activities.ts'
import { DESTINATIONS_PATH, destinationRoutes } from './routes/destinations.ts'
import { keyManagementRoutes } from './routes/key-management.ts'
import { ROUTES } from './table.ts'

/** A door that speaks as somebody else's API does. */
export interface Door {
  title: string
  /** Where its paths begin. */
  path: string
  /** Its page below `docs/`. */
  page: string
  routes: readonly Route[]
}

export const MARKETING_CLOUD_DOOR: Door = {
  title: 'Marketing Cloud',
  path: '/marketing-cloud',
  page: 'marketing-cloud.md',
  routes: [...keyManagementRoutes, ...activityApiRoutes],
}

export const DOORS: readonly Door[] = [
  {
    title: 'Destination SDK',
    path: DESTINATIONS_PATH,
    page: 'destination-sdk.md',
    routes: destinationRoutes,
  },
  MARKETING_CLOUD_DOOR,
  { title: 'Reactor', path: BASE_PATH, page: 'reactor.md', routes: [...REACTOR_ROUTES, EVENT_ROUTE] },
]

/** What OpenAPI describes: the native API, and the doors. */
export const DESCRIBED_ROUTES: readonly Route[] = [...ROUTES, ...DOORS.flatMap(({ routes }) => routes)]
