import { BursarError } from '@bursar/domain/error.ts'
import type { ResourceInput } from '@bursar/domain/reactor/json-api/document.ts'

/** What a resource lies below, by the name of the relationship and by the path of what is made there. */
export const PARENTS = { property: 'properties', company: 'companies' } as const

/** A document may say what the resource lies below, and has to say the truth: nothing is moved. */
export function checkParent({ relationships }: ResourceInput, name: string, id: string | undefined): void {
  const named = relationships[name]
  if (named === undefined || id === undefined) return
  if (named !== null && 'id' in named && named.id === id) return
  const path = `/data/relationships/${name}`
  const detail = `This is another ${name} than the one that the resource lies in.`
  throw new BursarError('reactor.conflict', { detail, problems: [{ path, code: 'conflict', detail }] })
}
