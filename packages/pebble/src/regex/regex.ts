export function compileRegex(p: string) {
  return new RegExp(p, 'g')
}
