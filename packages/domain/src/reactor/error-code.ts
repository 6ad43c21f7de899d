import { type ResourceType, singularOf } from './resource-type.ts'

/** Titles that are not the words of their code. A title never changes for a code. */
const TITLES: Readonly<Record<string, string>> = {
  'not-found': 'Record Not Found',
  'not-unique': 'Not Unique',
  'not-authorized': 'Not Authorized',
  'media-type': 'Unsupported Media Type',
}

/** The title of an error code. */
export const titleOf = (code: string): string =>
  TITLES[code] ??
  code
    .split(/[-_]/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join(' ')

/** The code of what is wrong with an attribute or relationship of a resource: `invalid-secret`. */
export const invalidCode = (type: ResourceType): string => `invalid-${singularOf(type)}`
