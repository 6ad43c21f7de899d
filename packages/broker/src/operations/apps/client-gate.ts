import { BursarError } from '@bursar/domain/error.ts'
import { Secret } from '@bursar/domain/secret.ts'
import { createSecretMarks, fitsClientSecret, hashClientSecret } from '../../issuer/client-secret.ts'
import type { Ports } from '../ports.ts'
import { createFailureBrake } from './failure-brake.ts'
import type { OpenedApp } from './opened.ts'

export type GateAnswer =
  | { kind: 'open'; app: OpenedApp }
  | { kind: 'closed' }
  | { kind: 'slowed'; retryAfterSeconds: number }

/** Lets in whoever shows the client secret of an app. */
export interface ClientGate {
  /** From memory: an app whose secret was found right before; no promise, no hash to derive. */
  admitFast(app: OpenedApp | undefined, secret: Secret): boolean
  /** `app` is undefined when there is none; it takes as long as for one with a wrong secret. */
  admit(app: OpenedApp | undefined, secret: Secret, address: string): Promise<GateAnswer>
}

const MARKS_AT_MOST = 5
/** Derivations at a time, which leaves threads of the pool to those who sign. */
const DERIVING_AT_MOST = 2
const WAITING_AT_MOST = 200

export function createClientGate({ clock }: Pick<Ports, 'clock'>): ClientGate {
  const marks = createSecretMarks()
  const brake = createFailureBrake()
  const inTurn = createTurns(DERIVING_AT_MOST, WAITING_AT_MOST)
  let decoy: Promise<string> | undefined

  /** Of no secret at all: what an unknown client is compared with. */
  const decoyHash = (): Promise<string> => (decoy ??= hashClientSecret(new Secret('')))

  async function findFitting(app: OpenedApp | undefined, secret: Secret, now: number) {
    const taken = app?.clientSecrets.filter(({ endsAt }) => endsAt === null || endsAt > now) ?? []
    if (taken.length === 0) await inTurn(async () => fitsClientSecret(secret, await decoyHash()))
    for (const each of taken) if (await inTurn(() => fitsClientSecret(secret, each.hash))) return each
    return undefined
  }

  return {
    admitFast(app, secret) {
      if (app === undefined || app.marks.length === 0) return false
      const mark = marks.markOf(secret)
      const now = clock.now()
      return app.marks.some((known) => known.mark === mark && (known.endsAt === null || known.endsAt > now))
    },

    async admit(app, secret, address) {
      const now = clock.now()
      const attempt = { appId: app?.id ?? null, address }
      const wait = brake.begin(attempt, now)
      if (wait > 0) return { kind: 'slowed', retryAfterSeconds: wait }
      const fitting = await findFitting(app, secret, now)
      if (app === undefined || fitting === undefined) return { kind: 'closed' }
      brake.succeeded(attempt, now)
      app.marks = [...app.marks, { mark: marks.markOf(secret), endsAt: fitting.endsAt }].slice(-MARKS_AT_MOST)
      return { kind: 'open', app }
    },
  }
}

/** Runs a few at a time; the others wait, and those past the bound are told to come again. */
function createTurns(atOnce: number, waitingAtMost: number) {
  let running = 0
  const waiting: Array<() => void> = []
  return async <T>(act: () => Promise<T>): Promise<T> => {
    if (running >= atOnce) {
      if (waiting.length >= waitingAtMost) {
        throw new BursarError('token.unavailable', {
          detail: 'Too many clients sign in at the same time.',
          retryAfterSeconds: 1,
        })
      }
      await new Promise<void>((resolve) => waiting.push(resolve))
    }
    running += 1
    try {
      return await act()
    } finally {
      running -= 1
      waiting.shift()?.()
    }
  }
}
