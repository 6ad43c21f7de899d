import type { OperationId } from '@bursar/domain/api/table.ts'
import type { AppOperations } from '../../operations/apps/app-operations.ts'
import { presentPage } from './present.ts'
import * as present from './present-apps.ts'
import type { RequestOfOperation } from './request.ts'

/** The routes of token pages, apps and signing keys. */
export type AppHandlers = {
  [Id in OperationId & keyof AppOperations]: (request: RequestOfOperation<Id>) => Promise<unknown>
}

export function createAppHandlers(operations: AppOperations): AppHandlers {
  return {
    createAppPage: async ({ caller, body }) =>
      present.presentAppPage(await operations.createAppPage(caller, body)),
    listAppPages: async ({ caller, query }) =>
      presentPage(await operations.listAppPages(caller, query), present.presentAppPage),
    getAppPage: async ({ caller, params: { name } }) =>
      present.presentAppPage(await operations.getAppPage(caller, name)),
    updateAppPage: async ({ caller, params: { name }, body }) =>
      present.presentAppPage(await operations.updateAppPage(caller, name, body)),
    deleteAppPage: ({ caller, params: { name } }) => operations.deleteAppPage(caller, name),
    checkAppToken: async ({ caller, params: { name }, body: { token } }) =>
      present.presentTokenCheck(await operations.checkAppToken(caller, name, token)),
    revokeAppToken: async ({ caller, params: { name }, body }) =>
      present.presentRevocation(await operations.revokeAppToken(caller, name, body)),
    listRevocations: async ({ caller, params: { name }, query }) =>
      presentPage(await operations.listRevocations(caller, name, query), present.presentRevocation),
    listAppRequests: async ({ caller, params: { name }, query }) =>
      presentPage(await operations.listAppRequests(caller, name, query), present.presentEntry),
    listAppExceptions: async ({ caller, params: { name }, query }) =>
      presentPage(await operations.listAppExceptions(caller, name, query), present.presentEntry),

    createApp: async ({ caller, params: { name }, body }) => {
      const { app, clientSecret } = await operations.createApp(caller, name, body)
      return { ...present.presentApp(app), client_secret: clientSecret?.reveal() ?? null }
    },
    listApps: async ({ caller, params: { name }, query }) =>
      presentPage(await operations.listApps(caller, name, query), present.presentApp),
    getApp: async ({ caller, params: { name, client_id } }) =>
      present.presentApp(await operations.getApp(caller, name, client_id)),
    updateApp: async ({ caller, params: { name, client_id }, body }) =>
      present.presentApp(await operations.updateApp(caller, name, client_id, body)),
    rotateAppSecret: async ({ caller, params: { name, client_id }, body }) => {
      const { app, clientSecret } = await operations.rotateAppSecret(caller, name, client_id, body)
      return { ...present.presentApp(app), client_secret: clientSecret?.reveal() ?? null }
    },
    rotateAppSigningSecret: async ({ caller, params: { name, client_id }, body }) =>
      present.presentApp(await operations.rotateAppSigningSecret(caller, name, client_id, body)),
    deleteApp: ({ caller, params: { name, client_id } }) => operations.deleteApp(caller, name, client_id),

    createSigningKey: async ({ caller, body }) => {
      const { key, secret } = await operations.createSigningKey(caller, body)
      return { ...present.presentSigningKey(key), secret: secret?.reveal() ?? null }
    },
    listSigningKeys: async ({ caller, query }) =>
      presentPage(await operations.listSigningKeys(caller, query), present.presentSigningKey),
    getSigningKey: async ({ caller, params: { name } }) =>
      present.presentSigningKey(await operations.getSigningKey(caller, name)),
    rotateSigningKey: async ({ caller, params: { name }, body }) => {
      const { key, secret } = await operations.rotateSigningKey(caller, name, body)
      return { ...present.presentSigningKey(key), secret: secret?.reveal() ?? null }
    },
    deleteSigningKey: ({ caller, params: { name } }) => operations.deleteSigningKey(caller, name),
  }
}
