import { RE2JS } from 're2js'

const MAX_COMPILED = 500
const MAX_TEXT = 65_536
const compiled = new Map<string, RE2JS | null>()

/** An RE2 expression, which takes time linear in the text; null for what is none. The ones used last are kept. */
function compilePattern(pattern: string): RE2JS | null {
  const known = compiled.get(pattern)
  if (known !== undefined) {
    compiled.delete(pattern)
    compiled.set(pattern, known)
    return known
  }
  const made = tryCompile(pattern)
  if (compiled.size >= MAX_COMPILED) compiled.delete(compiled.keys().next().value as string)
  compiled.set(pattern, made)
  return made
}

function tryCompile(pattern: string): RE2JS | null {
  try {
    return RE2JS.compile(pattern)
  } catch {
    return null
  }
}

/** Whether a text can be used as an expression. */
export const isPattern = (pattern: string): boolean => compilePattern(pattern) !== null

/** Whether an expression matches the whole text. Very long texts and expressions match nothing. */
export function matchesPattern(text: string, pattern: string): boolean {
  if (text.length > MAX_TEXT || pattern.length > 1000) return false
  return compilePattern(pattern)?.matches(text) ?? false
}
