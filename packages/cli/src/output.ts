import { stringify } from 'yaml'
import type { Terminal } from './terminal.ts'

export const FORMATS = ['table', 'json', 'yaml'] as const
export type Format = (typeof FORMATS)[number]

/** Writes data to standard output; `render` makes the text for people. */
export function show<T>(
  { stdout }: Pick<Terminal, 'stdout'>,
  format: Format,
  value: T,
  render: (value: T) => string,
): void {
  const text = { table: render, json: asJson, yaml: asYaml }[format](value)
  stdout.write(text.endsWith('\n') || text === '' ? text : `${text}\n`)
}

const asJson = (value: unknown): string => JSON.stringify(value, null, 2)
const asYaml = (value: unknown): string => stringify(value, { lineWidth: 0, aliasDuplicateObjects: false })
