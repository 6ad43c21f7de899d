import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import * as pebble from '../src/index.ts'
import { DEFAULT_LIMITS } from '../src/index.ts'
import { unpadded } from './markdown.ts'

const README = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
const BLOCKS = [...README.matchAll(/```js\n([\s\S]*?)```/g)].map((found) => found[1] as string)

/** Turns `expression // result` into a check of the one against the other; everything else runs as it stands. */
function program(block: string): string {
  return block
    .replaceAll(/^import .*$/gm, '')
    .replaceAll(/^(?!const |let |\s*\/\/)(.+?) \/\/ (.+)$/gm, (_line, expression: string, result: string) =>
      result.startsWith('throws ')
        ? `fails(() => ${expression}, ${result.slice('throws '.length)})`
        : `shows(${expression}, ${result})`,
    )
}

describe('the examples of the README are true', () => {
  test.each(BLOCKS.map((block, i) => [i + 1, block] as const))('example %i', (_, block) => {
    let checks = 0
    const shows = (actual: unknown, expected: unknown) => {
      checks++
      expect(actual).toEqual(expected)
    }
    const fails = (run: () => unknown, expected: unknown) => {
      checks++
      expect(run).toThrow(expect.objectContaining(expected as object))
    }
    const names = Object.keys(pebble)
    const run = new Function(...names, 'shows', 'fails', program(block))
    run(...Object.values(pebble), shows, fails)
    expect(checks).toBeGreaterThan(0)
  })

  test('there are some', () => expect(BLOCKS.length).toBeGreaterThan(4))
})

test('the README lists every limit with its default', () => {
  for (const [name, value] of Object.entries(DEFAULT_LIMITS)) {
    expect(unpadded(README)).toContain(`|\`${name}\`|${value.toLocaleString('en-US')}|`)
  }
})

test('everything that is exported is mentioned', () => {
  for (const name of Object.keys(pebble)) expect(README).toContain(name)
})
