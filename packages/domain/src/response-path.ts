import { z } from 'zod'

const SEGMENT = /^[^.[\]]+|^\[\d{1,4}\]/

/** The steps of a path such as `data.tokens[0].value`; undefined when it is not one. */
export function parseResponsePath(path: string): ReadonlyArray<string | number> | undefined {
  const steps: Array<string | number> = []
  let rest = path
  while (rest !== '') {
    if (steps.length > 0 && rest.startsWith('.')) {
      rest = rest.slice(1)
      if (rest.startsWith('[')) return undefined
    } else if (steps.length > 0 && !rest.startsWith('[')) return undefined
    const step = SEGMENT.exec(rest)?.[0]
    if (step === undefined) return undefined
    steps.push(step.startsWith('[') ? Number(step.slice(1, -1)) : step)
    rest = rest.slice(step.length)
  }
  return steps.length > 0 && steps.length <= 16 ? steps : undefined
}

/** The value at a path. Only own properties count: `constructor` or `__proto__` of a prototype is nothing. */
export function readResponsePath(value: unknown, path: string): unknown {
  let current = value
  for (const step of parseResponsePath(path) ?? []) {
    if (typeof current !== 'object' || current === null) return undefined
    if (typeof step === 'number' && !Array.isArray(current)) return undefined
    if (!Object.hasOwn(current, step)) return undefined
    current = (current as Record<string | number, unknown>)[step]
  }
  return current
}

export const responsePath = z
  .string()
  .max(256)
  .refine((path) => parseResponsePath(path) !== undefined, {
    error: 'A path is names joined by dots, with [n] for the n-th of a list: data.tokens[0].value.',
  })
