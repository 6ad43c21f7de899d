import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { compile, TemplateError } from '../src/index.ts'
import { parseLossless } from './conformance/lossless-json.ts'

const FOLDER = new URL('golden/', import.meta.url)
const DASHES = '\n----------\n'

/** A golden file: a line `context: {…}` if there is one, the template, a line of dashes, and what comes of it. */
function readGolden(text: string): { context: object; template: string; expected: string } {
  const [input = '', expected = ''] = text.split(DASHES)
  const context = /^context: (.*)\n/.exec(input)
  return {
    context: context ? (parseLossless(context[1] as string) as object) : {},
    template: context ? input.slice(context[0].length) : input,
    expected: expected.replace(/\n$/, ''),
  }
}

function outcome(template: string, context: object): string {
  try {
    return compile(template).render(context)
  } catch (thrown) {
    if (thrown instanceof TemplateError) return `error: ${thrown.kind}`
    throw thrown
  }
}

describe('golden files', () => {
  const files = readdirSync(FOLDER).filter((name) => name.endsWith('.txt'))

  test.each(files)('%s', (name) => {
    const { context, template, expected } = readGolden(readFileSync(new URL(name, FOLDER), 'utf8'))
    expect(outcome(template, context)).toBe(expected)
  })

  test('there are some', () => expect(files.length).toBeGreaterThan(40))
})
