/** What the process ends with; scripts rely on these numbers. */
export const EXIT = {
  ok: 0,
  failed: 1,
  usage: 2,
  notFound: 3,
  denied: 4,
  needsSignIn: 5,
  upstreamFailed: 6,
} as const

/** The first pattern that fits an error code decides. */
const BY_CODE: ReadonlyArray<readonly [pattern: RegExp, exitCode: number]> = [
  [/\.not_found$/, EXIT.notFound],
  [/^request\.|^template\./, EXIT.usage],
  [/^caller\.|^destination\.refused$|^outbound\.blocked$/, EXIT.denied],
  [/^destination\.ambiguous_url$/, EXIT.usage],
  [/^credential\.needs_sign_in$|^consent\./, EXIT.needsSignIn],
  [
    /^credential\.(broken|in_doubt)$|^token\.|^exchange\.|^upstream\.|^activity\.(blocked|unreadable)$|^secret\.unresolved$/,
    EXIT.upstreamFailed,
  ],
]

export const exitCodeOf = (code: string): number =>
  BY_CODE.find(([pattern]) => pattern.test(code))?.[1] ?? EXIT.failed

/** How the exchange record of a command that asked for one ends it. */
export const exitCodeOfExchange = (kind: unknown): number => {
  if (kind === 'token') return EXIT.ok
  return kind === 'needs_consent' || kind === 'awaiting' ? EXIT.needsSignIn : EXIT.upstreamFailed
}
