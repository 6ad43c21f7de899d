import { type ResourceType, singularOf } from '../../reactor/resource-type.ts'

/** `DataElements` of `data_elements`. */
export const pascal = (name: string): string =>
  name
    .split('_')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('')

/** What schemas and calls of a type begin with: `ReactorDataElement`. */
export const nameOfType = (type: ResourceType): string => `Reactor${pascal(singularOf(type))}`
