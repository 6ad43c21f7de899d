import type { DocumentRow } from '../../store/store.ts'
import { getUpstreamLibrary } from './build-contents.ts'
import {
  createBuild,
  getBuild,
  listBuildResources,
  listBuilds,
  listEnvironmentBuilds,
  updateBuild,
} from './builds.ts'
import { createDataElement, updateDataElement } from './data-elements.ts'
import { createExtension, updateExtension } from './extensions.ts'
import {
  createLibrary,
  deleteLibrary,
  getLibrary,
  listLibraries,
  setLibraryEnvironment,
  updateLibrary,
} from './libraries.ts'
import { changeLibraryResources, listLibrariesOf, listLibraryResources } from './library-resources.ts'
import { DOOR, type ReactorPorts } from './ports.ts'
import { removeBelow } from './resources.ts'
import {
  deleteHead,
  getRevisioned,
  listElementsOfSecret,
  listHeads,
  listRevisions,
  originOf,
} from './revisions.ts'
import {
  createRule,
  createRuleComponent,
  DELETED_COMPONENTS,
  deleteRuleComponent,
  getRuleComponent,
  listRuleComponents,
  updateRule,
  updateRuleComponent,
} from './rules.ts'

/** The verbs for everything between a data element and a build. */
export const PUBLISHING_VERBS = {
  createExtension,
  updateExtension,
  createDataElement,
  updateDataElement,
  createRule,
  updateRule,
  createRuleComponent,
  listRuleComponents,
  getRuleComponent,
  updateRuleComponent,
  deleteRuleComponent,
  listHeads,
  listElementsOfSecret,
  listRevisions,
  getRevisioned,
  originOf,
  deleteHead,
  createLibrary,
  listLibraries,
  getLibrary,
  updateLibrary,
  setLibraryEnvironment,
  deleteLibrary,
  changeLibraryResources,
  listLibraryResources,
  createBuild,
  listBuilds,
  listBuildResources,
  listLibrariesOf,
  getUpstreamLibrary,
  listEnvironmentBuilds,
  getBuild,
  updateBuild,
} as const

/** What belongs to a property directly, … */
const BELOW = ['extensions', 'data_elements', 'rules', 'libraries', 'builds'] as const
/** … and what belongs to that; all of it says the property as its group. */
const GROUPED = [
  'extensions',
  'data_elements',
  'rules',
  'rule_components',
  DELETED_COMPONENTS,
  'deployments',
] as const
const AT_ONCE = 200

/** Removes everything of a property that is not a secret, an environment or a host; answers whether there was any. */
export async function removePublishing(
  ports: ReactorPorts,
  workspaceId: string,
  propertyId: string,
): Promise<boolean> {
  let any = await removeBelow(ports, { workspaceId, parentId: propertyId }, BELOW)
  for (const kind of GROUPED) {
    for (;;) {
      const rows = await grouped(ports, workspaceId, kind, propertyId)
      if (rows.length === 0) break
      any = true
      await ports.store.documents.save({ deletes: rows }, null)
    }
  }
  return any
}

async function grouped(
  { store }: ReactorPorts,
  workspaceId: string,
  kind: string,
  groupId: string,
): Promise<DocumentRow[]> {
  const at = { workspaceId, door: DOOR, kind, groupId }
  const { found } = await store.documents.query({ ...at, where: [], order: [], offset: 0, limit: AT_ONCE })
  return found.map(({ row }) => row)
}
