import { styleText } from 'node:util'

/** What a command may touch of the process. */
export type Terminal = Pick<NodeJS.Process, 'stdin' | 'stdout' | 'stderr' | 'env'>

type Style = Parameters<typeof styleText>[0]

/** Coloured where the stream is a terminal and NO_COLOR is not set. */
export const styled = (style: Style, text: string, stream: NodeJS.WriteStream): string =>
  styleText(style, text, { stream })

/** Text of others as one line that can not move the cursor or colour what follows. */
export const printable = (text: string): string =>
  text.replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]+/g, ' ')

/** For people: progress, notes. Standard output is data only. */
export const note = ({ stderr }: Pick<Terminal, 'stderr'>, text: string): void => {
  stderr.write(`${text}\n`)
}
