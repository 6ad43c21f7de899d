import type { ResourceType } from '@bursar/domain/reactor/resource-type.ts'

export interface Linkage {
  type: ResourceType
  id: string
}

export interface Relationship {
  links?: { related?: string; self?: string }
  data?: Linkage | readonly Linkage[] | null
  meta?: Record<string, unknown>
}

/** A resource as JSON:API 1.0 has it ("Resource Objects"). */
export interface ResourceObject {
  id: string
  type: ResourceType | 'users'
  attributes: Record<string, unknown>
  relationships: Record<string, Relationship>
  links: Record<string, string>
  meta: Record<string, unknown>
}

/** An instant as Reactor writes it: ISO 8601, UTC, with milliseconds. */
export function presentInstant(unixSeconds: number): string {
  let text = instants.get(unixSeconds)
  if (text === undefined) {
    text = new Date(unixSeconds * 1000).toISOString()
    if (instants.size >= INSTANTS_AT_MOST) instants.clear()
    instants.set(unixSeconds, text)
  }
  return text
}

/** What stands in a list was made at few different times, and is shown again and again. */
const instants = new Map<number, string>()
const INSTANTS_AT_MOST = 2_000

export const presentInstantOrNull = (unixSeconds: number | null): string | null =>
  unixSeconds === null ? null : presentInstant(unixSeconds)
