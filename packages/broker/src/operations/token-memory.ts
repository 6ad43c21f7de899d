import { BursarError } from '@bursar/domain/error.ts'
import type { TokenOutputs } from '@bursar/domain/exchange.ts'
import { injectedOutput, tokenHeader } from '@bursar/domain/header.ts'
import type { CredentialRow, TokenRow } from '../store/store.ts'
import type { TokenHandout } from './operations.ts'

/** A token in memory. The hand-out is made once and shared by every reader. */
export interface RememberedToken {
  handout: TokenHandout
  /** Unix seconds; Infinity without a known end. */
  expiresAt: number
  refreshDueAt: number
  issuedAt: number
  /** When the row may be looked at again, once the refresh is due. */
  lookAgainAt: number
  used: boolean
}

/** Tokens that were asked for, by workspace and credential name, bounded; the least used go first. */
export interface TokenMemory {
  get(workspaceId: string, name: string): RememberedToken | undefined
  put(credential: CredentialRow, token: TokenRow | TokenFacts, outputs: TokenOutputs): RememberedToken
  /** Forgets whatever is held of a credential. */
  forget(workspaceId: string, credentialId: string): void
  clear(): void
  readonly size: number
}

export const MISSING_OUTPUT = 'The last exchange did not bring the output that the recipe injects.'

/** Fails closed: without the output that is to be injected nothing is injected. */
function missingOutput(): never {
  throw new BursarError('token.unavailable', {
    detail: MISSING_OUTPUT,
    hint: 'Check recipe.injection.output against recipe.response.outputs.',
  })
}

export type TokenFacts = Pick<TokenRow, 'version' | 'issuedAt' | 'expiresAt' | 'refreshDueAt'>

/** What can be served of a credential and its token. */
export function rememberable(
  credential: CredentialRow,
  token: TokenRow | TokenFacts,
  outputs: TokenOutputs,
): RememberedToken {
  const injected = injectedOutput(credential.recipe, outputs) ?? missingOutput()
  return {
    handout: {
      credentialId: credential.id,
      accessToken: outputs.accessToken,
      tokenType: outputs.tokenType,
      expiresAt: token.expiresAt,
      version: token.version,
      outputs: outputs.others,
      header: tokenHeader(credential.recipe, outputs.tokenType, injected),
      destinations: credential.destinations,
    },
    expiresAt: token.expiresAt ?? Number.POSITIVE_INFINITY,
    refreshDueAt: token.refreshDueAt ?? Number.POSITIVE_INFINITY,
    issuedAt: token.issuedAt ?? 0,
    lookAgainAt: token.refreshDueAt ?? Number.POSITIVE_INFINITY,
    used: true,
  }
}

export function createTokenMemory(entriesAtMost: number): TokenMemory {
  const byName = new Map<string, Map<string, RememberedToken>>()
  const nameById = new Map<string, string>()
  let size = 0

  function drop(workspaceId: string, credentialId: string): void {
    const name = nameById.get(credentialId)
    if (name === undefined) return
    nameById.delete(credentialId)
    if (byName.get(workspaceId)?.delete(name)) size -= 1
  }

  /** Second chance: whoever was used since the last sweep stays. */
  function sweep(): void {
    for (const [workspaceId, names] of byName) {
      for (const entry of names.values()) {
        if (size <= entriesAtMost * 0.9) return
        if (entry.used) entry.used = false
        else drop(workspaceId, entry.handout.credentialId)
      }
    }
  }

  return {
    get size() {
      return size
    },

    get(workspaceId, name) {
      const entry = byName.get(workspaceId)?.get(name)
      if (entry !== undefined) entry.used = true
      return entry
    },

    put(credential, token, outputs) {
      drop(credential.workspaceId, credential.id)
      const { workspaceId, id, name } = credential
      const entry = rememberable(credential, token, outputs)
      let names = byName.get(workspaceId)
      if (names === undefined) {
        names = new Map()
        byName.set(workspaceId, names)
      }
      names.set(name, entry)
      nameById.set(id, name)
      size += 1
      if (size > entriesAtMost) sweep()
      return entry
    },

    forget: drop,
    clear() {
      byName.clear()
      nameById.clear()
      size = 0
    },
  }
}
