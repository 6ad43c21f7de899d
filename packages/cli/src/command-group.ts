import type { Command } from 'commander'
import type { Terminal } from './terminal.ts'

/** Adds the commands of one group to the program. */
export type CommandGroup = (program: Command, terminal: Terminal) => void

const additions = new WeakMap<Command, () => Promise<void>>()

/** Flags whose description has to be loaded first, which only a command that uses them should pay for. */
export function addFlagsLater(command: Command, add: () => Promise<void>): void {
  additions.set(command, add)
}

/** Adds the flags that were put off; once. */
export async function addLateFlags(command: Command): Promise<void> {
  const add = additions.get(command)
  additions.delete(command)
  await add?.()
}

/** Help text below the flags; a line that is indented goes on with the one before. */
export const examples = (...lines: readonly string[]): string =>
  `\nExamples:\n${lines.map((line) => (line.startsWith(' ') ? `    ${line}` : `  $ ${line}`)).join('\n')}`
