import { readFileSync } from 'node:fs'
import { LineCounter, parseDocument } from 'yaml'
import { usageFailure } from './failure.ts'
import { readStandardInput } from './standard-input.ts'
import type { Terminal } from './terminal.ts'
import { unreadableFile } from './unreadable-file.ts'

/** Reads a JSON or YAML object from a file, or from standard input for `-`. No message quotes the text. */
export async function readBodyFile(path: string, terminal: Terminal): Promise<Record<string, unknown>> {
  const text = path === '-' ? await readStandardInput(terminal) : readText(path)
  const lines = new LineCounter()
  // JSON is YAML 1.2; duplicate members are errors in this reading of both.
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true })
  const [error] = document.errors
  if (error) {
    const { line, col } = lines.linePos(error.pos[0])
    throw usageFailure(`${path}: line ${line}, column ${col} is neither JSON nor YAML (${error.code}).`)
  }
  const value: unknown = document.toJS()
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>
  throw usageFailure(`${path} does not hold an object.`)
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw unreadableFile(path, error)
  }
}
