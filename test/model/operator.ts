import { pauseCredential, resumeCredential } from '../../packages/broker/src/operations/pause-credential.ts'
import type { Ports } from '../../packages/broker/src/operations/ports.ts'
import { updateCredential } from '../../packages/broker/src/operations/update-credential.ts'
import type { Store } from '../../packages/broker/src/store/store.ts'
import type { MemoryTokens } from './memory-tokens.ts'

const CALLER = { workspaceId: 'w', id: 'operator', name: 'operator', scopes: ['admin'] }

export interface Operator {
  pause(): Promise<unknown>
  resume(): Promise<unknown>
  /** Enters a refresh token by hand, in place of whatever there is. */
  enter(refreshToken: string): Promise<unknown>
}

/** A person at the API of a node that nothing happens to: the real operations, each in one step. */
export function createOperator(tokens: MemoryTokens, nowMs: () => number): Operator {
  const { state } = tokens
  const store = {
    credentials: {
      get: async () => structuredClone(state.credential),
      update: async (row, revision, token) => tokens.updateCredential(row, revision, token),
    },
    tokens: { get: async () => structuredClone(tokens.row) },
    exchanges: { last: async () => undefined },
  } as { [Table in keyof Store]?: Partial<Store[Table]> } as unknown as Store
  const ports = {
    store,
    clock: { now: () => Math.floor(nowMs() / 1000) },
    envelope: {
      seal: (_, plain) => new TextEncoder().encode(plain),
      open: (_, sealed) => new TextDecoder().decode(sealed),
    },
    settings: { insecureHttp: null },
  } as { [Name in keyof Ports]?: Partial<Ports[Name]> } as unknown as Ports
  return {
    pause: () => pauseCredential(ports, CALLER, 'credential'),
    resume: () => resumeCredential(ports, CALLER, 'credential'),
    enter: (refreshToken) =>
      updateCredential(ports, CALLER, 'credential', { secrets: { refresh_token: refreshToken } }),
  }
}
