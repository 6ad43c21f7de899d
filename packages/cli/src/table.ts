import { stripVTControlCharacters } from 'node:util'
import { printable, styled } from './terminal.ts'

/** A column of a table: its heading, and the cell of a row. A cell may be coloured. */
export interface Column<T> {
  heading: string
  cell(row: T): string
}

/** Rows under headings, columns apart by two spaces. */
export function renderTable<T>(
  rows: readonly T[],
  columns: ReadonlyArray<Column<T>>,
  stream: NodeJS.WriteStream,
): string {
  const cells = rows.map((row) => columns.map((column) => column.cell(row)))
  const widths = columns.map(({ heading }, index) =>
    Math.max(heading.length, ...cells.map((line) => widthOf(line[index]!))),
  )
  const headings = columns.map(({ heading }) => styled('bold', heading, stream))
  return [headings, ...cells].map((line) => joinLine(line, widths)).join('\n')
}

/** Facts of one thing, a line each; those without a value are left out. */
export function renderFacts(
  facts: ReadonlyArray<readonly [name: string, value: string | null | undefined]>,
  stream: NodeJS.WriteStream,
): string {
  const present = facts.filter(([, value]) => value !== null && value !== undefined && value !== '')
  const width = Math.max(...present.map(([name]) => name.length))
  return present
    .map(([name, value]) => {
      const [first, ...rest] = value!.split('\n')
      const label = styled('bold', name.padEnd(width), stream)
      return [`${label}  ${first}`, ...rest.map((line) => `${' '.repeat(width)}  ${line}`)].join('\n')
    })
    .join('\n')
}

/** A value of others for a cell. */
export const text = (value: unknown): string =>
  printable(value === null || value === undefined ? '–' : String(value))

const widthOf = (cell: string): number => [...stripVTControlCharacters(cell)].length

const joinLine = (cells: readonly string[], widths: readonly number[]): string =>
  cells
    .map((cell, index) =>
      index === cells.length - 1 ? cell : cell + ' '.repeat(widths[index]! - widthOf(cell)),
    )
    .join('  ')
    .trimEnd()
