export function splitBy(r: RegExp, s: string, n: number, w: (n: number) => void): string[] {
  w(1)
  return s.split(r)
}
