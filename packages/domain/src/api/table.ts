import type { z } from 'zod'
import { appPageRoutes } from './routes/app-pages.ts'
import { appRoutes } from './routes/apps.ts'
import { callerRoutes } from './routes/callers.ts'
import { connectLinkRoutes } from './routes/connect-links.ts'
import { consoleRoutes } from './routes/console.ts'
import { credentialRoutes } from './routes/credentials.ts'
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

export type ApiRoute = (typeof ROUTES)[number]
export type OperationId = ApiRoute['operationId']

/** What a call answers when it went well. */
export type AnswerOf<Id extends OperationId> = Extract<ApiRoute, { operationId: Id }>['answer'] extends {
  schema: infer S extends z.ZodType
}
  ? z.output<S>
  : undefined
