import { isObject } from '../json.ts'

/** `{{name}}` in the settings of a delegate stands for the value of the data element of that name. */
const REFERENCE = /\{\{([^}]+)\}\}/g

/** Names of the data elements that settings refer to, each once, in the order of appearance. */
export const referencesIn = (settings: unknown): string[] => [...countReferences(settings).keys()]

/** How often settings refer to each data element. */
export function countReferences(settings: unknown): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  collect(settings, counts)
  return counts
}

function collect(value: unknown, counts: Map<string, number>): void {
  if (typeof value === 'string') {
    for (const [, name] of value.matchAll(REFERENCE)) counts.set(name!, (counts.get(name!) ?? 0) + 1)
  } else if (Array.isArray(value)) for (const one of value) collect(one, counts)
  else if (isObject(value)) for (const one of Object.values(value)) collect(one, counts)
}

/** Of a text that data elements were written into, characters. */
const TEXT_AT_MOST = 1_048_576

/** The value of a data element, by its name. */
export type ElementLookup = (name: string) => unknown

/**
 * Settings ready to be filled in. A string that is one reference and nothing else becomes the value itself,
 * whatever its type; within other text a value is written out: nothing for null, JSON for objects and lists.
 */
export function compileReferences(settings: unknown): (lookup: ElementLookup) => unknown {
  if (referencesIn(settings).length === 0) return () => settings
  if (typeof settings === 'string') return compileText(settings)
  if (Array.isArray(settings)) {
    const parts = settings.map(compileReferences)
    return (lookup) => parts.map((part) => part(lookup))
  }
  const parts = Object.entries(settings as object).map(
    ([name, value]) => [name, compileReferences(value)] as const,
  )
  // Own members whatever they are called: `__proto__` is a name like any other.
  return (lookup) => Object.fromEntries(parts.map(([name, part]) => [name, part(lookup)]))
}

function compileText(text: string): (lookup: ElementLookup) => unknown {
  // Every second piece is the name of a reference.
  const pieces = text.split(REFERENCE)
  if (pieces.length === 3 && pieces[0] === '' && pieces[2] === '') {
    const name = pieces[1]!
    return (lookup) => lookup(name)
  }
  return (lookup) => {
    let written = ''
    for (let i = 0; i < pieces.length; i += 1) {
      written += i % 2 === 0 ? pieces[i]! : writeOut(lookup(pieces[i]!))
      if (written.length > TEXT_AT_MOST) {
        throw new RangeError(`A text with data elements in it came to more than ${TEXT_AT_MOST} characters.`)
      }
    }
    return written
  }
}

function writeOut(value: unknown): string {
  if (value === null || value === undefined) return ''
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}
