import type { FilterDefinition } from './filters/filter.ts'
import type { FunctionDefinition } from './functions/function.ts'
import type { TestDefinition } from './tests/test.ts'
import { exportValue } from './value/export.ts'
import type { Value } from './value/value.ts'

/**
 * A filter of the host. It gets plain data and gives plain data; a `SafeString` is not escaped. With `parameters`
 * the template may name the arguments, and those it leaves out are null.
 */
export interface FilterExtension {
  readonly parameters?: readonly string[]
  apply(input: unknown, ...args: unknown[]): unknown
}

/** A function of the host. */
export interface FunctionExtension {
  readonly parameters?: readonly string[]
  apply(...args: unknown[]): unknown
}

/** A test of the host, the right side of `is`. */
export interface TestExtension {
  apply(subject: unknown): boolean
}

export function filterOf(name: string, extension: FilterExtension): FilterDefinition {
  return {
    name,
    parameters: extension.parameters ?? 'positional',
    apply(input, args, render) {
      return render.reader.value(extension.apply(exportValue(input), ...complete(extension.parameters, args)))
    },
  }
}

export function functionOf(name: string, extension: FunctionExtension): FunctionDefinition {
  return {
    name,
    parameters: extension.parameters ?? 'positional',
    apply(args, render) {
      return render.reader.value(extension.apply(...complete(extension.parameters, args)))
    },
  }
}

export function testOf(name: string, extension: TestExtension): TestDefinition {
  return { name, apply: (subject) => extension.apply(exportValue(subject)) === true }
}

function complete(parameters: readonly string[] | undefined, args: readonly Value[]): unknown[] {
  const count = parameters?.length ?? args.length
  return Array.from({ length: count }, (_, i) => exportValue(args[i] ?? null))
}
