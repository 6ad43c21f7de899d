import type { Assertion, CharSet, Node } from './node.ts'
import { regexRefusal } from './syntax-error.ts'

/** Instructions of the matching machine. Of two ways, the first is preferred. */
export type Instruction =
  | { readonly op: 'set'; readonly set: CharSet; readonly next: number }
  | { readonly op: 'assert'; readonly holds: Assertion; readonly next: number }
  | { readonly op: 'fork'; first: number; second: number }
  | { readonly op: 'match' }

export type Program = readonly Instruction[]

/** Bounds the work per character, since counted repetitions are written out. */
const MAX_INSTRUCTIONS = 1000

/** Translates a parsed expression, from its end to its start. The program starts at its last instruction. */
export function assemble(node: Node, pattern: string): Program {
  const program: Instruction[] = [{ op: 'match' }]

  const emit = (instruction: Instruction): number => {
    if (program.length >= MAX_INSTRUCTIONS) {
      throw regexRefusal(pattern, `more than ${MAX_INSTRUCTIONS} steps, repetitions written out`)
    }
    return program.push(instruction) - 1
  }

  const fork = (preferred: number, other: number, greedy: boolean): number =>
    emit({ op: 'fork', first: greedy ? preferred : other, second: greedy ? other : preferred })

  const translate = (part: Node, next: number): number => {
    switch (part.kind) {
      case 'set':
        return emit({ op: 'set', set: part.set, next })
      case 'assertion':
        return emit({ op: 'assert', holds: part.holds, next })
      case 'sequence':
        return part.items.reduceRight((after, item) => translate(item, after), next)
      case 'choice':
        return part.options
          .map((option) => translate(option, next))
          .reduceRight((after, start) => fork(start, after, true))
      case 'repeat': {
        let start = part.most === Number.POSITIVE_INFINITY ? loop(part.item, next, part.greedy) : next
        if (part.most !== Number.POSITIVE_INFINITY) {
          for (let i = part.least; i < part.most; i++)
            start = fork(translate(part.item, start), next, part.greedy)
        }
        for (let i = 0; i < part.least; i++) {
          const before = translate(part.item, start)
          // What emits nothing may be repeated any number of times.
          if (before === start) break
          start = before
        }
        return start
      }
    }
  }

  const loop = (item: Node, next: number, greedy: boolean): number => {
    const entry = emit({ op: 'fork', first: next, second: next })
    const body = translate(item, entry)
    program[entry] = { op: 'fork', first: greedy ? body : next, second: greedy ? next : body }
    return entry
  }

  const start = translate(node, 0)
  // A fork that goes one way only puts the start at the end.
  emit({ op: 'fork', first: start, second: start })
  return program
}
