/** Escapes a text for one place where it may stand. */
export type Strategy = (text: string) => string

/** The UTF-16 unit as upper-case hexadecimal digits. */
export function hex(unit: number, digits: number): string {
  return unit.toString(16).toUpperCase().padStart(digits, '0')
}
