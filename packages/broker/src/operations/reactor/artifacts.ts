import { BursarError } from '@bursar/domain/error.ts'
import type { BuildArtifact } from '@bursar/domain/reactor/build-artifact.ts'
import { credentialNameOf } from '@bursar/domain/reactor/resource-type.ts'
import type { LoadedBuild, RuleSecret, RuleSecrets } from '../../rule-engine/rule-engine.ts'
import type { Caller, Operations, TokenHandout } from '../operations.ts'

type Tokens = Pick<Operations, 'useTokenFast' | 'useToken'>

/** What the secrets of a build are at the moment; the same object as long as they are the same. */
export interface Artifacts {
  /** From memory; undefined where something has to be looked up. */
  known(build: LoadedBuild, workspaceId: string): RuleSecrets | undefined
  load(build: LoadedBuild, workspaceId: string): Promise<RuleSecrets>
}

interface Held {
  handouts: readonly (TokenHandout | undefined)[]
  secrets: RuleSecrets
}

/** Reads artifacts on behalf of the builds: whoever made a build has decided that it uses them. */
export function createArtifacts(tokens: Tokens): Artifacts {
  const held = new WeakMap<LoadedBuild, Held>()
  const readers = new Map<string, Caller>()

  function readerOf(workspaceId: string): Caller {
    let reader = readers.get(workspaceId)
    if (reader === undefined) {
      reader = { workspaceId, id: 'reactor', name: 'event forwarding', scopes: ['proxy:reactor.*'] }
      readers.set(workspaceId, reader)
    }
    return reader
  }

  function secretsOf(build: LoadedBuild, handouts: Held['handouts']): RuleSecrets {
    const before = held.get(build)
    if (before !== undefined && handouts.every((one, index) => one === before.handouts[index])) {
      return before.secrets
    }
    const secrets = new Map<string, RuleSecret>()
    for (const [index, secret] of build.artifact.secrets.entries()) {
      const handout = handouts[index]
      if (handout !== undefined) secrets.set(secret.id, ruleSecret(secret, handout))
    }
    held.set(build, { handouts, secrets })
    return secrets
  }

  return {
    known(build, workspaceId) {
      const reader = readerOf(workspaceId)
      const handouts: TokenHandout[] = []
      for (const { id } of build.artifact.secrets) {
        const handout = tokens.useTokenFast(reader, credentialNameOf(id), 'proxy', 0)
        if (handout === undefined) return undefined
        handouts.push(handout)
      }
      return secretsOf(build, handouts)
    },

    async load(build, workspaceId) {
      const reader = readerOf(workspaceId)
      const handouts = await Promise.all(
        build.artifact.secrets.map(({ id }) => handoutOrNothing(tokens, reader, credentialNameOf(id))),
      )
      return secretsOf(build, handouts)
    },
  }
}

/** A secret that is gone or has no artifact is missing, which the data element says; faults of ours are faults. */
async function handoutOrNothing(
  tokens: Tokens,
  reader: Caller,
  name: string,
): Promise<TokenHandout | undefined> {
  try {
    return await tokens.useToken(reader, name, 'proxy', 0)
  } catch (error) {
    if (error instanceof BursarError && error.code !== 'internal' && !OF_OURS.has(error.code))
      return undefined
    throw error
  }
}

const OF_OURS: ReadonlySet<string> = new Set(['store.unavailable', 'token.offline'])

/** Its own destination rules, or where the actions of the build take it. */
const ruleSecret = (
  { destinations }: BuildArtifact['secrets'][number],
  { accessToken, destinations: own }: TokenHandout,
): RuleSecret => ({
  // The engine fills it into requests: the edge of the world.
  artifact: accessToken.reveal(),
  destinations: own.length > 0 ? own : destinations,
})
