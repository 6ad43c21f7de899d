import type { LoadedBuild, RuleEngine } from '../../rule-engine/rule-engine.ts'
import type { Change } from '../../store/store.ts'
import type { Ports } from '../ports.ts'
import { buildBody, DEPLOYMENTS } from './builds.ts'
import { DOOR } from './ports.ts'
import { keyOf } from './resources.ts'

/** The builds that environments run, loaded once and kept until another takes its place. */
export interface DeployedBuilds {
  /** From memory; undefined where it has to be loaded. */
  known(workspaceId: string, environmentId: string): LoadedBuild | undefined
  /** Null when there is no such environment, or nothing was built for it. */
  load(workspaceId: string, environmentId: string): Promise<LoadedBuild | null>
  forget(change: Change): void
}

const BUILDS_AT_MOST = 1_000

export function createDeployedBuilds({ store }: Pick<Ports, 'store'>, engine: RuleEngine): DeployedBuilds {
  const builds = new Map<string, Map<string, LoadedBuild>>()
  let size = 0
  /** Grows with each change that counts, so that what was read before one is not kept after it. */
  let changes = 0

  function clear(): void {
    builds.clear()
    size = 0
  }

  function keep(workspaceId: string, environmentId: string, build: LoadedBuild): void {
    if (size >= BUILDS_AT_MOST) clear()
    const mine = builds.get(workspaceId) ?? new Map<string, LoadedBuild>()
    builds.set(workspaceId, mine)
    if (!mine.has(environmentId)) size += 1
    mine.set(environmentId, build)
  }

  return {
    known: (workspaceId, environmentId) => builds.get(workspaceId)?.get(environmentId),

    async load(workspaceId, environmentId) {
      const before = changes
      const environment = await store.documents.get(keyOf(workspaceId, 'environments', environmentId))
      const key = { workspaceId, door: DOOR, kind: DEPLOYMENTS, id: environmentId }
      const deployment = environment && (await store.documents.get(key))
      const buildId = deployment?.body.build_id
      if (typeof buildId !== 'string') return null
      const row = await store.documents.get(keyOf(workspaceId, 'builds', buildId))
      const artifact = row && buildBody(row).artifact
      if (artifact == null) return null
      const build = engine.load(artifact)
      if (changes === before) keep(workspaceId, environmentId, build)
      return build
    },

    forget({ kind, workspaceId, subject }) {
      if (kind === 'reset') {
        changes += 1
        clear()
        return
      }
      if (kind !== 'document') return
      const [, id] = /^reactor\/(?:environments|deployments)\/(.*)$/.exec(subject) ?? []
      if (id === undefined) return
      changes += 1
      if (builds.get(workspaceId)?.delete(id)) size -= 1
    },
  }
}
