import type { Strategy } from './strategy.ts'
import { hex } from './strategy.ts'

/** What is special in the string literals of JSON and JavaScript alike: a slash only where it could end a tag. */
const SPECIAL = /<\/|["'\\&]|[^\x20-\x7e]/g

function quoted(short: Readonly<Record<string, string>>, numeric: (unit: number) => string): Strategy {
  return (text) =>
    text.replace(SPECIAL, (found) => short[found] ?? (found === '</' ? '<\\/' : numeric(found.charCodeAt(0))))
}

const CONTROLS = { '\b': '\\b', '\t': '\\t', '\n': '\\n', '\f': '\\f', '\r': '\\r', '"': '\\"', '\\': '\\\\' }

/** For string literals of JSON. */
export const json = quoted({ ...CONTROLS, "'": "'" }, (unit) => `\\u${hex(unit, 4)}`)

/** For string literals of JavaScript. */
export const js = quoted({ ...CONTROLS, "'": "\\'", '\0': '\\0' }, (unit) =>
  unit <= 0xff ? `\\x${hex(unit, 2)}` : `\\u${hex(unit, 4)}`,
)
