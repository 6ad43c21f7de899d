/** A set of line numbers, a bit for each: a million of them are 125 kB. */
export class LineSet {
  #bits = new Uint8Array(1024)
  #size = 0

  get size(): number {
    return this.#size
  }

  has(line: number): boolean {
    return ((this.#bits[line >> 3] ?? 0) & (1 << (line & 7))) !== 0
  }

  add(line: number): void {
    if (this.has(line)) return
    const index = line >> 3
    if (index >= this.#bits.length) {
      const larger = new Uint8Array(Math.max(index + 1, this.#bits.length * 2))
      larger.set(this.#bits)
      this.#bits = larger
    }
    this.#bits[index]! |= 1 << (line & 7)
    this.#size += 1
  }
}

/** `[[1, 3], [7, 7]]` for 1, 2, 3 and 7: what a batch of results is about. */
export function rangesOf(lines: readonly number[]): Array<[from: number, to: number]> {
  const ranges: Array<[number, number]> = []
  for (const line of lines.toSorted((a, b) => a - b)) {
    const last = ranges.at(-1)
    if (last !== undefined && line <= last[1] + 1) last[1] = Math.max(last[1], line)
    else ranges.push([line, line])
  }
  return ranges
}
