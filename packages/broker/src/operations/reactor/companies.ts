import { createHash } from 'node:crypto'
import { resourceId } from '@bursar/domain/reactor/resource-type.ts'
import type { Caller } from '../operations.ts'
import { demand } from '../permission.ts'
import { resourceNotFound } from './resources.ts'

/** The company of a workspace: there is one, and it is as old as the workspace. */
export interface Company {
  id: string
  name: string
}

export function companyOf(workspaceId: string): Company {
  const digest = createHash('sha256').update(`company of ${workspaceId}`).digest('hex')
  return { id: resourceId('companies', digest.slice(0, 32)), name: workspaceId }
}

export function listCompanies(caller: Caller): readonly Company[] {
  demand(caller, { action: 'credentials:read' })
  return [companyOf(caller.workspaceId)]
}

export function getCompany(caller: Caller, id: string): Company {
  demand(caller, { action: 'credentials:read' })
  const company = companyOf(caller.workspaceId)
  if (company.id !== id) throw resourceNotFound('companies')
  return company
}
