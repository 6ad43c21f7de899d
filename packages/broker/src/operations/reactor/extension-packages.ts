import { createHash } from 'node:crypto'
import { EXTENSION_PACKAGES, type ExtensionPackage } from '@bursar/domain/reactor/delegates.ts'
import { resourceId } from '@bursar/domain/reactor/resource-type.ts'
import type { Caller } from '../operations.ts'
import { demand } from '../permission.ts'
import { resourceNotFound } from './resources.ts'

/** Packages come with Bursar, so their ids follow from their names and are the same everywhere. */
export const packageId = (name: string): string =>
  resourceId(
    'extension_packages',
    createHash('sha256').update(`extension package ${name}`).digest('hex').slice(0, 32),
  )

const byId = new Map(EXTENSION_PACKAGES.map((one) => [packageId(one.name), one]))

/** Those that are filtered for by a part of their name, or all. */
export function listExtensionPackages(caller: Caller): readonly ExtensionPackage[] {
  demand(caller, { action: 'credentials:read' })
  return EXTENSION_PACKAGES
}

export function getExtensionPackage(caller: Caller, id: string): ExtensionPackage {
  demand(caller, { action: 'credentials:read' })
  return packageOf(id)
}

export function packageOf(id: string, path?: string): ExtensionPackage {
  const found = byId.get(id)
  if (found === undefined) throw resourceNotFound('extension_packages', path)
  return found
}
