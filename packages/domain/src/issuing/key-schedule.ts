/** One key of a rotation, by its times in Unix seconds. */
export interface ScheduledKey {
  kid: string
  createdAt: number
  /** From here on it signs. */
  activeAt: number
  /** From here on the next one signs; null while none follows. */
  retiredAt: number | null
  /** From here on it verifies nothing; null while none follows. */
  endsAt: number | null
}

export type KeyStatus = 'next' | 'active' | 'retired' | 'ended'

/** What a key is at `now`: nothing has to run for it to become so. */
export function keyStatus({ activeAt, retiredAt, endsAt }: ScheduledKey, now: number): KeyStatus {
  if (endsAt !== null && now >= endsAt) return 'ended'
  if (retiredAt !== null && now >= retiredAt) return 'retired'
  return now >= activeAt ? 'active' : 'next'
}

/**
 * The keys once a new one follows; those that have ended are dropped, and so is one that waited to follow. None that
 * is retired already verifies for longer than the one that is retired now.
 */
export function planRotation<K extends ScheduledKey>(
  keys: readonly K[],
  next: K,
  at: { now: number; activeAt: number; overlapSeconds: number },
): K[] {
  const endsAt = at.activeAt + at.overlapSeconds
  const kept = keys.flatMap((key): K[] => {
    const status = keyStatus(key, at.now)
    if (status === 'retired') return [{ ...key, endsAt: Math.min(key.endsAt ?? endsAt, endsAt) }]
    if (status !== 'active') return []
    return [{ ...key, retiredAt: at.activeAt, endsAt }]
  })
  return [...kept, { ...next, activeAt: at.activeAt, retiredAt: null, endsAt: null }]
}
