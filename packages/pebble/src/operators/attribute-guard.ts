import { Fault, runtimeFault } from '../fault.ts'
import type { Eval } from '../render/render.ts'

/**
 * Arithmetic, comparisons and conditions report a missing variable as their own failure, so that `default` no longer
 * swallows it. Only strict variables can be missing.
 */
export function guardAttributes(evaluate: Eval, strict: boolean, doing: string): Eval {
  if (!strict) return evaluate
  return (render) => {
    try {
      return evaluate(render)
    } catch (thrown) {
      if (thrown instanceof Fault && thrown.kind === 'attribute') {
        throw runtimeFault(`Could not evaluate the ${doing}: ${thrown.message}`)
      }
      throw thrown
    }
  }
}
