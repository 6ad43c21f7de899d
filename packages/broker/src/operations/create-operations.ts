import { listAudit, verifyAudit } from './audit.ts'
import { createAuthentication } from './authenticate.ts'
import { authorize } from './authorize.ts'
import { createCaller, deleteCaller, listCallers } from './callers.ts'
import { completeConsent } from './complete-consent.ts'
import { createConnectLink, deleteConnectLink, listConnectLinks } from './connect/connect-links.ts'
import { type ConnectOperations, createConnectOperations } from './connect/connect-page.ts'
import { createSessions, type SessionSettings, type SessionsHandle } from './console/sessions.ts'
import { createCredential } from './create-credential.ts'
import { deleteCredential, revoke } from './delete-credential.ts'
import { createDestinationOperations, type DestinationOperations } from './destinations/destinations.ts'
import { demandNotOfDestination } from './destinations/owned-provider.ts'
import { createExchanger, type Exchanger } from './exchange-now.ts'
import { decide, explain } from './explain.ts'
import { forceExchange } from './force-exchange.ts'
import type { Operations } from './operations.ts'
import { pauseCredential, resumeCredential } from './pause-credential.ts'
import { demand } from './permission.ts'
import type { Ports } from './ports.ts'
import { prunePrevious } from './previous-secret.ts'
import { createProvider, deleteProvider, getProvider, listProviders, putProvider } from './providers.ts'
import { demandNotOfSecret } from './reactor/owned-secret.ts'
import { getCredential, listCredentials, listExchanges } from './read-credentials.ts'
import { renderTemplate } from './render-template.ts'
import { readStatus } from './status.ts'
import { createTokenMemory } from './token-memory.ts'
import { updateCredential } from './update-credential.ts'
import { createUsageCounter, type UsageCounter } from './usage.ts'
import { createTokenUse } from './use-token.ts'
import { validate } from './validate.ts'

export interface OperationsHandle {
  operations: Operations
  /** For the page by which people connect. */
  connect: ConnectOperations
  destinations: DestinationOperations
  sessions: SessionsHandle
  usage: UsageCounter
  exchanger: Exchanger
  /** Writes down when keys and credentials were last used; lets go of replaced secrets whose time is over. */
  flushUse(): Promise<void>
  close(): void
}

/** Ties the operations to their ports and keeps memory true to what the store announces. */
export function createOperations(
  ports: Ports,
  version: string,
  sessionSettings: SessionSettings,
): OperationsHandle {
  const memory = createTokenMemory(ports.settings.tokensInMemory)
  const authentication = createAuthentication(ports)
  const sessions = createSessions(ports, sessionSettings, authentication)
  const exchanger = createExchanger(ports, (claim, end) => {
    tokenUse.remember(end, claim.credential)
    // Deleted while it was being exchanged: nobody will ever use this token (RFC 7009).
    const { event, saved } = end
    if (saved === 'fenced' && event.kind === 'token') {
      const { workspaceId, id } = claim.credential
      revokeIfDeleted(workspaceId, id, () => revoke(ports, claim.credential, event.outputs))
    }
  })
  const usage = createUsageCounter(ports)
  const tokenUse = createTokenUse({ ...ports, memory, exchanger, usage })
  const all = { ...ports, exchanger }

  function revokeIfDeleted(workspaceId: string, id: string, act: () => Promise<unknown>): void {
    ports.store.credentials
      .getById(workspaceId, id)
      .then((row) => (row === undefined ? act() : undefined))
      .catch(() => undefined)
  }

  const stop = ports.store.onChange((changes) => {
    for (const change of changes) {
      if (change.kind === 'reset') {
        // Changes were missed: nothing that is held can be trusted.
        authentication.forgetCallers()
        sessions.forgetAll()
        tokenUse.forgetAll()
      } else if (change.kind === 'caller') {
        authentication.forgetCallers()
        sessions.forgetAll()
      } else if (change.kind === 'document') sessions.forget(change.subject)
      else if (change.kind === 'credential' || change.kind === 'token')
        tokenUse.forget(change.workspaceId, change.subject)
    }
  })

  const operations: Operations = {
    authenticateFast: authentication.authenticateFast,
    authenticate: authentication.authenticate,
    authenticateSession: sessions.operations.authenticateSession,
    createCredential: (caller, body, options) => createCredential(all, caller, body, options),
    listCredentials: (caller, query) => listCredentials(ports, caller, query),
    getCredential: (caller, name) => getCredential(ports, caller, name),
    async updateCredential(caller, name, patch, revisions) {
      demand(caller, { action: 'credentials:write' })
      await demandNotOfSecret(ports, caller, name, patch)
      return updateCredential(ports, caller, name, patch, revisions)
    },
    deleteCredential: (caller, name, revisions) => deleteCredential(ports, caller, name, {}, revisions),
    pauseCredential: (caller, name, revisions) => pauseCredential(ports, caller, name, revisions),
    resumeCredential: (caller, name, revisions) => resumeCredential(ports, caller, name, revisions),
    useTokenFast: tokenUse.useTokenFast,
    useToken: tokenUse.useToken,
    renewRejected: tokenUse.renewRejected,
    exchangeNow: (caller, name) => forceExchange(all, caller, name),
    listExchanges: (caller, name, query) => listExchanges(ports, caller, name, query),
    validate: (caller, body) => validate(ports, caller, body),
    explain: (caller, request) => explain(ports, caller, request),
    renderTemplate,
    decide,
    authorize: (caller, name) => authorize(ports, caller, name),
    completeConsent: (query) => completeConsent(all, query),
    createProvider: (caller, body) => createProvider(ports, caller, body),
    listProviders: (caller) => listProviders(ports, caller),
    getProvider: (caller, name, wanted) => getProvider(ports, caller, name, wanted),
    async putProvider(caller, name, body, versions) {
      demand(caller, { action: 'credentials:write' })
      await demandNotOfDestination(ports, caller, name)
      return putProvider(ports, caller, name, body, versions)
    },
    async deleteProvider(caller, name, versions) {
      demand(caller, { action: 'credentials:write' })
      await demandNotOfDestination(ports, caller, name)
      return deleteProvider(ports, caller, name, versions)
    },
    createConnectLink: (caller, provider, body) => createConnectLink(ports, caller, provider, body),
    listConnectLinks: (caller, provider) => listConnectLinks(ports, caller, provider),
    deleteConnectLink: (caller, provider, id) => deleteConnectLink(ports, caller, provider, id),
    createCaller: (caller, body) => createCaller(ports, caller, body),
    listCallers: (caller) => listCallers(ports, caller),
    deleteCaller: (caller, id) => deleteCaller(ports, caller, id),
    listAudit: (caller, query) => listAudit(ports, caller, query),
    verifyAudit: (caller) => verifyAudit(ports, caller),
    status: (caller) => readStatus(ports, caller, version),
  }
  const connect = createConnectOperations(all)
  const destinations = createDestinationOperations(ports)
  return {
    operations,
    connect,
    destinations,
    sessions,
    usage,
    exchanger,
    async flushUse() {
      await authentication.flushUse()
      await usage.flush()
      await prunePrevious(ports)
    },
    close: stop,
  }
}
