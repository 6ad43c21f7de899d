import type { ResourceType } from './resource-type.ts'

/** What `meta.action` of an update may ask for, by type; the others take none. */
export const ACTIONS = {
  secrets: ['retry', 'reauthorize', 'test'],
  extensions: ['revise'],
  data_elements: ['revise'],
  rules: ['revise'],
  libraries: ['submit', 'approve', 'reject', 'develop'],
  builds: ['republish'],
} as const satisfies Partial<Record<ResourceType, readonly string[]>>

export type ActionOf<T extends keyof typeof ACTIONS> = (typeof ACTIONS)[T][number]

export const actionsOf = (type: ResourceType): readonly string[] =>
  (ACTIONS as Partial<Record<ResourceType, readonly string[]>>)[type] ?? []
