import { readFileSync } from 'node:fs'
import { type Document, type ErrorCode, LineCounter, parseDocument } from 'yaml'
import { usageFailure } from './failure.ts'
import { readStandardInput } from './standard-input.ts'
import type { Terminal } from './terminal.ts'
import { unreadableFile } from './unreadable-file.ts'

/** In words of ours: those of the parser quote the text, which may hold a secret. */
const FAULTS: Partial<Record<ErrorCode, string>> = {
  MISSING_CHAR: 'a bracket, brace, quote, colon or comma is missing',
  DUPLICATE_KEY: 'a member stands there twice',
  BAD_INDENT: 'the indentation does not fit',
  TAB_AS_INDENT: 'a tab is no indentation',
  BLOCK_AS_IMPLICIT_KEY: 'there are two colons on one line; a value with a colon stands in quotes',
  BAD_DQ_ESCAPE: 'a backslash begins an escape that there is not',
  BAD_SCALAR_START: 'a value can not begin like this',
  UNEXPECTED_TOKEN: 'this was not expected here',
  MULTIPLE_DOCS: 'a second document begins',
}

/** Reads a JSON or YAML object from a file, or from standard input for `-`. No message quotes the text. */
export async function readBodyFile(path: string, terminal: Terminal): Promise<Record<string, unknown>> {
  const text = path === '-' ? await readStandardInput(terminal) : readText(path)
  const lines = new LineCounter()
  // JSON is YAML 1.2; duplicate members are errors in this reading of both.
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true })
  const [error] = document.errors
  if (error) {
    const { line, col } = lines.linePos(error.pos[0])
    const fault = FAULTS[error.code] ?? error.code
    throw usageFailure(`${path}: line ${line}, column ${col} is neither JSON nor YAML: ${fault}.`)
  }
  const value = jsonOf(document, path)
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>
  throw usageFailure(`${path} does not hold an object.`)
}

/** What the document says, as JSON can say it: aliases of YAML can go round in a circle, and lead nowhere. */
function jsonOf(document: Document, path: string): unknown {
  try {
    return JSON.parse(JSON.stringify(document.toJS()) ?? 'null')
  } catch {
    const detail = 'an alias leads nowhere, to what it stands in, or to too much'
    throw usageFailure(`${path} can not be written as JSON: ${detail}.`)
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw unreadableFile(path, error)
  }
}
