import type { Instruction, Program } from './program.ts'

export interface Match {
  readonly start: number
  readonly end: number
}

/**
 * Finds the leftmost match from a place on. All ways through the program advance together through the text, the
 * preferred ones first (Pike's machine), so that the time is bounded by program times text. `charge` is told the
 * work.
 */
export function findMatch(
  program: Program,
  text: string,
  from: number,
  charge: (work: number) => void,
): Match | undefined {
  let current = new Threads(program)
  let following = new Threads(program)
  let found: Match | undefined
  for (let at = from; ; ) {
    if (!found) current.add(program.length - 1, at, text, at)
    if (found && current.size === 0) break
    charge(current.size)
    const codePoint = text.codePointAt(at)
    const next = at + (codePoint !== undefined && codePoint > 0xffff ? 2 : 1)
    following.clear()
    for (let i = 0; i < current.size; i++) {
      const instruction = current.instruction(i)
      if (instruction.op === 'match') {
        found = { start: current.start(i), end: at }
        break
      }
      if (codePoint !== undefined && instruction.op === 'set' && instruction.set(codePoint)) {
        following.add(instruction.next, current.start(i), text, next)
      }
    }
    if (codePoint === undefined) break
    ;[current, following] = [following, current]
    at = next
  }
  return found
}

/** Ways through the program that are at the same place of the text, the preferred ones first. */
class Threads {
  readonly #program: Program
  readonly #seen: Uint32Array
  #generation = 1
  #counters: number[] = []
  #starts: number[] = []

  constructor(program: Program) {
    this.#program = program
    this.#seen = new Uint32Array(program.length)
  }

  get size(): number {
    return this.#counters.length
  }

  instruction(index: number): Instruction {
    return this.#program[this.#counters[index] as number] as Instruction
  }

  start(index: number): number {
    return this.#starts[index] as number
  }

  clear(): void {
    this.#generation++
    this.#counters = []
    this.#starts = []
  }

  /** Follows forks and assertions from an instruction to those that wait for a character. */
  add(counter: number, start: number, text: string, at: number): void {
    const pending = [counter]
    while (pending.length > 0) {
      const next = pending.pop() as number
      if (this.#seen[next] === this.#generation) continue
      this.#seen[next] = this.#generation
      const instruction = this.#program[next] as Instruction
      if (instruction.op === 'fork') pending.push(instruction.second, instruction.first)
      else if (instruction.op !== 'assert') {
        this.#counters.push(next)
        this.#starts.push(start)
      } else if (instruction.holds(text, at)) pending.push(instruction.next)
    }
  }
}
