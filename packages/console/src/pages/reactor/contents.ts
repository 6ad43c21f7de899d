import { useQueries } from '@tanstack/react-query'
import { callDoor } from '../../api/door.ts'
import { REACTOR, type Resource, type Revisioned, type RevisionedType, readMany } from './wire.ts'

const TYPES: ReadonlyArray<{ type: RevisionedType; title: string }> = [
  { type: 'rules', title: 'Rules' },
  { type: 'data_elements', title: 'Data elements' },
  { type: 'extensions', title: 'Extensions' },
]

/** What of one type there is at the desk, and which revisions of it a library has. */
export interface Contents {
  type: RevisionedType
  title: string
  heads: ReadonlyArray<Resource<Revisioned>>
  revisions: ReadonlyArray<Resource<Revisioned>>
}

/** Extensions have a name for people beside that of their package. */
export const titleOf = ({ attributes }: Resource<Revisioned & { display_name?: string }>): string =>
  attributes.display_name ?? attributes.name

/** Of every type; null while it is read. */
export function useContents(
  libraryId: string,
  propertyId: string,
): { contents: Contents[] | null; error: unknown } {
  const read = (path: string) => ({ ...readMany<Revisioned>(path), enabled: propertyId !== '' })
  const heads = useQueries({ queries: TYPES.map(({ type }) => read(`/properties/${propertyId}/${type}`)) })
  const revisions = useQueries({ queries: TYPES.map(({ type }) => read(`/libraries/${libraryId}/${type}`)) })
  const error = [...heads, ...revisions].find((query) => query.error)?.error ?? null
  const contents = TYPES.flatMap((one, index) => {
    const [atDesk, inLibrary] = [heads[index]?.data, revisions[index]?.data]
    return atDesk && inLibrary ? [{ ...one, heads: atDesk.data, revisions: inLibrary.data }] : []
  })
  return { contents: contents.length === TYPES.length ? contents : null, error }
}

/** Takes resources into a library, a head as its newest revision, or takes revisions out. */
export async function changeContents(
  libraryId: string,
  method: 'POST' | 'DELETE',
  type: RevisionedType,
  ids: readonly string[],
): Promise<void> {
  const body = { data: ids.map((id) => ({ type, id })) }
  await callDoor(REACTOR, method, `/libraries/${libraryId}/relationships/${type}`, { body })
}
