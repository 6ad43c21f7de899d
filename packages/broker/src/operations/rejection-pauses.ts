/** After a 401 of a token that was just renewed, the next renewal waits this long, then twice as long. */
const PAUSE_SECONDS = 60
const PAUSE_AT_MOST_SECONDS = 3600
const CREDENTIALS_AT_MOST = 10_000

interface Pause {
  until: number
  seconds: number
}

/** How long renewals after a 401 wait, by credential. */
export interface RejectionPauses {
  isPaused(credentialId: string, now: number): boolean
  /** A renewal begins: the next one waits. */
  note(credentialId: string, now: number): void
  readonly size: number
}

/** Bounded: beyond `atMost` the credential whose renewal is longest ago is treated as a new case. */
export function createRejectionPauses(atMost = CREDENTIALS_AT_MOST): RejectionPauses {
  const pauses = new Map<string, Pause>()
  return {
    isPaused: (credentialId, now) => now < (pauses.get(credentialId)?.until ?? 0),
    note(credentialId, now) {
      const before = pauses.get(credentialId)
      // One that comes long after the last pause is a new case.
      const again = before !== undefined && now < before.until + before.seconds
      const seconds = Math.min(again ? before.seconds * 2 : PAUSE_SECONDS, PAUSE_AT_MOST_SECONDS)
      // A map keeps the order of insertion: the newest stands at the end.
      pauses.delete(credentialId)
      pauses.set(credentialId, { seconds, until: now + seconds })
      if (pauses.size > atMost) pauses.delete(pauses.keys().next().value!)
    },
    get size() {
      return pauses.size
    },
  }
}
