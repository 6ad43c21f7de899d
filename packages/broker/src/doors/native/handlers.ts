import type { OperationId } from '@bursar/domain/api/table.ts'
import type { AppOperations } from '../../operations/apps/app-operations.ts'
import type { ConsoleOperations } from '../../operations/console/console-operations.ts'
import type { SessionOperations } from '../../operations/console/sessions.ts'
import type { KeyOperations } from '../../operations/keys/rotation.ts'
import type { CredentialView, Operations } from '../../operations/operations.ts'
import type { Clock } from '../../operations/ports.ts'
import { createAppHandlers } from './app-handlers.ts'
import { exportAudit } from './audit-export.ts'
import { createConsoleHandlers } from './console-handlers.ts'
import { createDescription } from './description.ts'
import { createKeyHandlers } from './key-handlers.ts'
import * as present from './present.ts'
import type { RequestOfOperation } from './request.ts'
import { createSessionHandlers } from './session-handlers.ts'

/** One per route of the table: calls one operation and presents what it answers. */
export type Handlers = {
  [Id in OperationId]: (request: RequestOfOperation<Id>) => Promise<unknown>
}

export type NativeOperations = Operations &
  AppOperations &
  SessionOperations &
  ConsoleOperations &
  KeyOperations

export function createHandlers(
  operations: NativeOperations,
  version: string,
  clock: Pick<Clock, 'now'>,
): Handlers {
  const describe = createDescription(version)
  const credential = (view: CredentialView) => present.presentCredential(view, clock.now())
  return {
    ...createAppHandlers(operations),
    ...createSessionHandlers(operations),
    ...createConsoleHandlers(operations, clock),
    ...createKeyHandlers(operations),
    createCredential: async ({ caller, query: { wait }, body }) =>
      credential(
        await operations.createCredential(caller, body, wait === undefined ? {} : { waitSeconds: wait }),
      ),
    listCredentials: async ({ caller, query }) => {
      const { total, expiring_before, ...rest } = query
      const page = await operations.listCredentials(caller, {
        ...rest,
        ...(expiring_before !== undefined && {
          expiringBefore: Math.floor(Date.parse(expiring_before) / 1000),
        }),
        withTotal: total === 'true',
      })
      return { ...present.presentPage(page, credential), total: page.total }
    },
    getCredential: async ({ caller, params: { name } }) =>
      credential(await operations.getCredential(caller, name)),
    updateCredential: async ({ caller, params: { name }, body, ifMatch }) =>
      credential(await operations.updateCredential(caller, name, body, ifMatch)),
    deleteCredential: ({ caller, params: { name }, ifMatch }) =>
      operations.deleteCredential(caller, name, ifMatch),
    authorizeCredential: async ({ caller, params: { name } }) =>
      present.presentAuthorization(await operations.authorize(caller, name)),
    pauseCredential: async ({ caller, params: { name }, ifMatch }) =>
      credential(await operations.pauseCredential(caller, name, ifMatch)),
    resumeCredential: async ({ caller, params: { name }, ifMatch }) =>
      credential(await operations.resumeCredential(caller, name, ifMatch)),

    getToken: async ({ caller, params: { name }, query: { min_ttl = 0 } }) =>
      present.presentToken(
        operations.useTokenFast(caller, name, 'token', min_ttl) ??
          (await operations.useToken(caller, name, 'token', min_ttl)),
      ),
    exchangeCredential: async ({ caller, params: { name } }) =>
      present.presentExchange(await operations.exchangeNow(caller, name)),
    listExchanges: async ({ caller, params: { name }, query }) =>
      present.presentPage(await operations.listExchanges(caller, name, query), present.presentExchange),
    validateCredential: ({ caller, body }) => operations.validate(caller, body),
    explain: async ({ caller, body }) => present.presentExplanation(await operations.explain(caller, body)),

    renderTemplate: async ({ caller, body }) => operations.renderTemplate(caller, body),

    createProvider: async ({ caller, body }) =>
      present.presentProvider(await operations.createProvider(caller, body)),
    listProviders: async ({ caller }) =>
      present.presentPage(await operations.listProviders(caller), present.presentProvider),
    getProvider: async ({ caller, params: { name }, query: { version } }) =>
      present.presentProvider(await operations.getProvider(caller, name, version)),
    putProvider: async ({ caller, params: { name }, body, ifMatch }) =>
      present.presentProvider(await operations.putProvider(caller, name, body, ifMatch)),
    deleteProvider: ({ caller, params: { name }, ifMatch }) =>
      operations.deleteProvider(caller, name, ifMatch),

    createConnectLink: async ({ caller, params: { name }, body }) => {
      const { link, url } = await operations.createConnectLink(caller, name, body)
      return { ...present.presentConnectLink(link, clock.now()), url }
    },
    listConnectLinks: async ({ caller, params: { name } }) =>
      present.presentPage(await operations.listConnectLinks(caller, name), (link) =>
        present.presentConnectLink(link, clock.now()),
      ),
    deleteConnectLink: ({ caller, params: { name, id } }) => operations.deleteConnectLink(caller, name, id),

    createCaller: async ({ caller, body }) => {
      const made = await operations.createCaller(caller, body)
      return { ...present.presentCaller(made.caller), key: made.key.reveal() }
    },
    listCallers: async ({ caller }) =>
      present.presentPage(await operations.listCallers(caller), present.presentCaller),
    deleteCaller: ({ caller, params: { id } }) => operations.deleteCaller(caller, id),

    listAudit: async ({ caller, query: { from, to, ...query } }) => {
      const span = { ...instantOf('from', from), ...instantOf('to', to) }
      return present.presentPage(
        await operations.listAudit(caller, { ...query, ...span }),
        present.presentAudit,
      )
    },
    exportAudit: async ({ caller, query: { from, to, format = 'ndjson', ...query } }) =>
      exportAudit(operations, caller, format, {
        ...query,
        ...instantOf('from', from),
        ...instantOf('to', to),
      }),
    verifyAudit: async ({ caller }) => {
      const { entries, brokenAt } = await operations.verifyAudit(caller)
      return { intact: brokenAt === null, entries, broken_at: brokenAt }
    },
    getStatus: async ({ caller }) => present.presentStatus(await operations.status(caller)),
    getOpenApi: ({ headers }) => describe(headers),
  }
}

const instantOf = <Name extends string>(name: Name, text: string | undefined) =>
  text === undefined ? {} : ({ [name]: Math.floor(Date.parse(text) / 1000) } as Record<Name, number>)
