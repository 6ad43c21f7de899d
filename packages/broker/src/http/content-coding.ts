export type Coding = 'br' | 'gzip'

/** The first of these codings that a request takes, RFC 9110 §12.5.3; null for none. */
export function acceptedCoding<C extends Coding>(header: string | null, known: readonly C[]): C | null {
  const accepted = (header ?? '')
    .split(',')
    .map((part) => part.trim().toLowerCase())
    .filter((part) => !/;\s*q=0(\.0*)?$/.test(part))
    .map((part) => part.split(';', 1)[0])
  return known.find((coding) => accepted.includes(coding)) ?? null
}
