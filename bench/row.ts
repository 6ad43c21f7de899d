/** What a row is asked to do. */
export interface RowOptions {
  rounds: number
  /** Length of one measurement. */
  seconds: number
  say: (line: string) => void
}

/** One figure beside its limit. */
export interface Figure {
  name: string
  /** How much of the limit was reached; 1 or more is all of it. */
  ratio: number
  /** What the ratio has to be at least. */
  target: number
  rounds: number
  what: string
  beside: string
  unit: string
  /** Medians. */
  value: number
  limit: number
  /** Of every round, in order. */
  values: number[]
  limits: number[]
  /** Processor microseconds for each request or operation, ours and the limit's, and their ratio. */
  cpu?: { value: number; limit: number; ratio: number }
  notes?: string[]
}

/** A line of the table; some measure more than one figure at once. */
export interface Row {
  name: string
  /** Says why it can not run here, or null. */
  missing?: () => string | null
  run(options: RowOptions): Promise<Figure[]>
}

export const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

/** Median of the ratios of neighbours: what disturbs the machine for longer than a round disturbs both. */
export const medianRatio = (values: readonly number[], limits: readonly number[]): number =>
  median(values.map((value, index) => value / limits[index]!))
