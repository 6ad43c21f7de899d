import type { DestinationView } from '../../operations/destinations/destinations.ts'

/** What was sent, with the id and the dates that this side adds. */
export const presentDestination = (view: DestinationView): Record<string, unknown> => ({
  ...view.document,
  ...presentReceipt(view),
})

export const presentReceipt = ({ instanceId, createdMs, modifiedMs }: DestinationView) => ({
  instanceId,
  createdDate: presentMicroseconds(createdMs),
  lastModifiedDate: presentMicroseconds(modifiedMs),
})

/** `2026-11-22T09:30:00.123000Z` */
const presentMicroseconds = (unixMs: number): string => {
  const micros = Math.floor((unixMs % 1) * 1000)
  return new Date(Math.floor(unixMs)).toISOString().replace('Z', `${String(micros).padStart(3, '0')}Z`)
}
