import { Fault, runtimeFault } from '../fault.ts'

/** A text that is no regular expression of Java. */
export function regexError(pattern: string, at: number, problem: string): Fault {
  return runtimeFault(`The regular expression "${abridged(pattern)}" is wrong at index ${at}: ${problem}`)
}

/** A feature of Java's regular expressions that can not be matched in linear time. */
export function regexRefusal(pattern: string, feature: string): Fault {
  return new Fault('refused', `The regular expression "${abridged(pattern)}" uses ${feature}`, LINEAR)
}

const LINEAR = 'what can be matched in linear time'

function abridged(pattern: string): string {
  return pattern.length > 60 ? `${pattern.slice(0, 60)}…` : pattern
}
