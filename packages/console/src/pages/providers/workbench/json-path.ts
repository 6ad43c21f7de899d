/** A step into JSON: a member, or the place in a list. */
export type Step = string | number

const PLAIN = /^[^.[\]]+$/

/** The path that recipes use, `data.tokens[0].value`; undefined where a name can not stand in one. */
export function pathText(steps: readonly Step[]): string | undefined {
  let text = ''
  for (const step of steps) {
    if (typeof step === 'number') {
      if (text === '') return undefined
      text += `[${step}]`
    } else if (!PLAIN.test(step)) return undefined
    else text += text === '' ? step : `.${step}`
  }
  return text === '' ? undefined : text
}

/** The same as a Pebble expression, which reaches every name. */
export const pathExpression = (steps: readonly Step[]): string =>
  `response.body${steps
    .map((step) =>
      typeof step === 'number'
        ? `[${step}]`
        : /^[A-Za-z_]\w*$/.test(step)
          ? `.${step}`
          : `[${JSON.stringify(step)}]`,
    )
    .join('')}`

/** The value at a path; undefined where there is none. */
export function valueAtPath(value: unknown, path: string): unknown {
  let at = value
  for (const [, name, index] of path.matchAll(/([^.[\]]+)|\[(\d+)\]/g)) {
    if (typeof at !== 'object' || at === null) return undefined
    const step = name ?? Number(index)
    if (!Object.hasOwn(at, step)) return undefined
    at = (at as Record<Step, unknown>)[step]
  }
  return at
}
