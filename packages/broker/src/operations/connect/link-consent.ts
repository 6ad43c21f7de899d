import { BursarError } from '@bursar/domain/error.ts'
import type { Ports } from '../ports.ts'
import { type KeptLink, loadLink, releaseLink, saveLink } from './link.ts'

type ConsentPorts = Pick<Ports, 'store' | 'clock'>

/** Longer than an exchange may take. */
const HOLD_SECONDS = 60
const LOOK_AGAIN_MS = 100
const LOOKS = 100

/** What the `state` of a sign-in carries that a link began. Only its hash is kept, so nobody else can have written it. */
export const stateOfLink = (random: string, linkId: string | null): string =>
  linkId === null ? random : `${random}.${linkId}`

export const linkOfState = (state: string): string | null => /\.([0-9a-f]{64})$/.exec(state)?.[1] ?? null

/**
 * Does the work of a sign-in while nobody else works on its link, and ends the link when it has succeeded: of
 * several people who signed in by one link, one connects the account. Throws `connect_link.ended` for the others.
 */
export async function underLink<T extends { succeeded: boolean }>(
  ports: ConsentPorts,
  workspaceId: string,
  linkId: string | null,
  work: () => Promise<T>,
): Promise<T> {
  if (linkId === null) return work()
  const held = await hold(ports, workspaceId, linkId)
  let usedAt: number | null = null
  try {
    const result = await work()
    if (result.succeeded) usedAt = ports.clock.now()
    return result
  } finally {
    await releaseLink(ports, { ...held, link: { ...held.link, usedAt } })
  }
}

async function hold(ports: ConsentPorts, workspaceId: string, linkId: string): Promise<KeptLink> {
  for (let look = 1; ; look += 1) {
    const kept = await loadLink(ports, workspaceId, linkId)
    if (kept === undefined) throw ended('The link of this sign-in was withdrawn.')
    const { link, revision } = kept
    if (link.usedAt !== null)
      throw ended('Somebody else has connected the account by the same link meanwhile.')
    const now = ports.clock.now()
    try {
      if (link.busyUntil !== null && link.busyUntil > now) throw new BursarError('connect_link.busy')
      return await saveLink(ports, { link: { ...link, busyUntil: now + HOLD_SECONDS }, revision })
    } catch (error) {
      // Whoever is at work on it is done soon; this person's sign-in is worth the wait.
      const isBusy = error instanceof BursarError && error.code === 'connect_link.busy'
      if (!isBusy || look >= LOOKS) throw error
      await ports.clock.wait(LOOK_AGAIN_MS)
    }
  }
}

const ended = (detail: string): BursarError =>
  new BursarError('connect_link.ended', { detail, hint: 'Ask for a new link where you got it.' })
