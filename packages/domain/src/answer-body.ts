import { parseForm } from './form.ts'

/** What the text of an answer turned out to be. */
export type AnswerBody =
  | { kind: 'fields'; value: unknown; encoding: 'json' | 'form' }
  | { kind: 'empty' }
  | { kind: 'html' }
  | { kind: 'broken_json' }
  | { kind: 'text' }

/** Tells what a body is by looking at it: content types of token endpoints are too often wrong. */
export function parseAnswerBody(body: string): AnswerBody {
  const text = body.replace(/^\uFEFF/, '').trim()
  if (text === '') return { kind: 'empty' }
  if (text.startsWith('<')) return { kind: 'html' }
  if (text.startsWith('{') || text.startsWith('[')) return parseJson(text)
  const pairs = /^[^\s<>{}"]+$/.test(text) ? parseForm(text) : undefined
  return pairs ? { kind: 'fields', value: Object.fromEntries(pairs), encoding: 'form' } : { kind: 'text' }
}

function parseJson(text: string): AnswerBody {
  try {
    return { kind: 'fields', value: JSON.parse(text), encoding: 'json' }
  } catch {
    return { kind: 'broken_json' }
  }
}
