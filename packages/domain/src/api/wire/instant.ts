import { z } from 'zod'

/** An instant on the wire: ISO 8601, UTC, whole seconds. */
export const instant = z.iso.datetime().describe('ISO 8601, UTC')

/** Unix seconds as they stand on the wire. */
export const presentInstant = (unixSeconds: number): string =>
  new Date(unixSeconds * 1000).toISOString().replace('.000Z', 'Z')

/** The same where "never" or "not yet" is null. */
export const presentInstantOrNull = (unixSeconds: number | null): string | null =>
  unixSeconds === null ? null : presentInstant(unixSeconds)
