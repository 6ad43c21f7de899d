import type { z } from 'zod'
import { EVENT_ROUTE } from './reactor/event-route.ts'
import { BASE_PATH } from './reactor/reactor-route.ts'
import { REACTOR_ROUTES } from './reactor/routes.ts'
import type { Route } from './route.ts'
import { activityApiRoutes } from './routes/activities.ts'
import { appPageRoutes } from './routes/app-pages.ts'
import { appRoutes } from './routes/apps.ts'
import { callerRoutes } from './routes/callers.ts'
import { connectLinkRoutes } from './routes/connect-links.ts'
import { consoleRoutes } from './routes/console.ts'
import { credentialRoutes } from './routes/credentials.ts'
import { DESTINATIONS_PATH, destinationRoutes } from './routes/destinations.ts'
import { keyManagementRoutes } from './routes/key-management.ts'
import { keyRoutes } from './routes/keys.ts'
import { providerRoutes } from './routes/providers.ts'
import { serviceRoutes } from './routes/service.ts'
import { sessionRoutes } from './routes/sessions.ts'
import { signingKeyRoutes } from './routes/signing-keys.ts'
import { templateRoutes } from './routes/templates.ts'
import { tokenRoutes } from './routes/tokens.ts'

/** Every call of the native REST API. Adding one is one entry; the compiler then asks the door for its handler. */
export const ROUTES = [
  ...credentialRoutes,
  ...consoleRoutes,
  ...tokenRoutes,
  ...providerRoutes,
  ...appPageRoutes,
  ...appRoutes,
  ...signingKeyRoutes,
  ...connectLinkRoutes,
  ...templateRoutes,
  ...callerRoutes,
  ...sessionRoutes,
  ...keyRoutes,
  ...serviceRoutes,
] as const

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

export type ApiRoute = (typeof ROUTES)[number]
export type OperationId = ApiRoute['operationId']

/** What a call answers when it went well. */
export type AnswerOf<Id extends OperationId> = Extract<ApiRoute, { operationId: Id }>['answer'] extends {
  schema: infer S extends z.ZodType
}
  ? z.output<S>
  : undefined
