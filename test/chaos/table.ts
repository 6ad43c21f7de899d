/** What a run found. Every column but those that only count must be zero. */
export interface Tally {
  engine: string
  nodes: number
  rounds: number
  exchanges: number
  reads: number
  proxied: number
  answersLost: string[]
  reused: string[]
  doubled: string[]
  misplaced: string[]
  refused: string[]
  stale: string[]
  leaks: string[]
  /** In doubt, and the answer truly never arrived. */
  inDoubt: number
  /** In doubt although it did. */
  inDoubtWrongly: string[]
}

const FAULTS = {
  answersLost: 'answers lost',
  reused: 'refresh tokens reused',
  doubled: 'exchanges doubled',
  misplaced: 'tokens sent to a wrong place',
  refused: 'valid tokens refused',
  stale: 'stale tokens served after revocation',
  leaks: 'places where a secret can be read',
  inDoubtWrongly: 'in doubt although the answer arrived',
} as const

const COUNTS = {
  inDoubt: 'in doubt, answer truly lost',
  nodes: 'nodes',
  rounds: 'rounds',
  exchanges: 'requests to the provider',
  reads: 'tokens read',
  proxied: 'requests proxied',
} as const

export const anyFault = (tally: Tally): boolean =>
  (Object.keys(FAULTS) as Array<keyof typeof FAULTS>).some((column) => tally[column].length > 0)

export function renderTable(tallies: readonly Tally[]): string {
  const width = Math.max(...[...Object.values(FAULTS), ...Object.values(COUNTS)].map(({ length }) => length))
  const line = (title: string, cells: ReadonlyArray<string | number>) =>
    [title.padEnd(width), ...cells.map((cell) => String(cell).padStart(10))].join('  ')
  return [
    line(
      '',
      tallies.map(({ engine }) => engine),
    ),
    ...Object.entries(FAULTS).map(([column, title]) =>
      line(
        title,
        tallies.map((tally) => tally[column as keyof typeof FAULTS].length),
      ),
    ),
    ...Object.entries(COUNTS).map(([column, title]) =>
      line(
        title,
        tallies.map((tally) => tally[column as keyof typeof COUNTS]),
      ),
    ),
  ].join('\n')
}
