/** One setting: where it is read from, what it is when nobody says, and what it means. */
export interface Setting<T> {
  /** Null where the value is a secret: arguments can be read by every user of a machine. */
  flag: string | null
  env: string
  default: T
  description: string
  /** Throws an Error with one sentence. */
  parse(raw: string): T
}

export const text = (raw: string): string => raw

export const integer =
  (least: number, most: number) =>
  (raw: string): number => {
    const value = Number(raw)
    if (Number.isInteger(value) && raw.trim() !== '' && value >= least && value <= most) return value
    throw new Error(`"${raw}" is not a whole number from ${least} to ${most}.`)
  }

export const oneOf =
  <T extends string>(...choices: readonly T[]) =>
  (raw: string): T => {
    const choice = choices.find((each) => each === raw)
    if (choice !== undefined) return choice
    throw new Error(`"${raw}" is none of ${choices.join(', ')}.`)
  }

export const list = (raw: string): readonly string[] =>
  raw
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')

export const url = (raw: string): string => {
  const parsed = URL.parse(raw)
  if (parsed === null || !/^https?:$/.test(parsed.protocol) || parsed.search !== '' || parsed.hash !== '') {
    throw new Error('It has to be an http or https URL without query and fragment.')
  }
  return raw.replace(/\/+$/, '')
}

export const define = <T>(setting: Setting<T>): Setting<T> => setting
