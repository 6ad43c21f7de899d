import { queryOptions, useQuery } from '@tanstack/react-query'
import {
  type Delegate,
  type DelegateKind,
  type Extension,
  type ExtensionPackage,
  idOf,
  type Many,
  readMany,
} from './wire.ts'

/** What comes with Bursar; it changes with Bursar only. */
export const packagesQuery = queryOptions({
  ...readMany<ExtensionPackage>('/extension_packages'),
  staleTime: Number.POSITIVE_INFINITY,
})

export const extensionsQuery = (propertyId: string) =>
  readMany<Extension>(`/properties/${propertyId}/extensions`)

const KINDS: readonly DelegateKind[] = ['data_elements', 'conditions', 'actions']

/** How a delegate is called; its id where no package of today has it. */
export function useDelegateTitles(): (id: string) => string {
  const { data } = useQuery(packagesQuery)
  return (id) => allOf(data).find((one) => one.id === id)?.display_name ?? id
}

const allOf = (packages: Many<ExtensionPackage> | undefined): Delegate[] =>
  packages?.data.flatMap(({ attributes }) => KINDS.flatMap((kind) => attributes[kind])) ?? []

/** Delegates of one kind whose extension is in the property; undefined while it is read. */
export function useDelegates(propertyId: string, kind: DelegateKind): readonly Delegate[] | undefined {
  const packages = useQuery(packagesQuery).data
  const extensions = useQuery(extensionsQuery(propertyId)).data
  if (packages === undefined || extensions === undefined) return undefined
  const there = new Set(
    extensions.data
      .filter(({ attributes }) => attributes.enabled)
      .map((extension) => idOf(extension, 'extension_package')),
  )
  return packages.data.filter(({ id }) => there.has(id)).flatMap(({ attributes }) => attributes[kind])
}
