import { isCancel, password } from '@clack/prompts'
import { usageFailure } from './failure.ts'
import type { Terminal } from './terminal.ts'

/** All of standard input. */
export async function readStandardInput({ stdin }: Pick<Terminal, 'stdin'>): Promise<string> {
  stdin.setEncoding('utf8')
  let text = ''
  for await (const chunk of stdin) text += chunk
  return text
}

/** A secret from standard input: asked for without echo where a person sits there. */
export async function readSecretInput(terminal: Terminal, name: string): Promise<string> {
  if (!terminal.stdin.isTTY) return withoutNewline(await readStandardInput(terminal))
  if (terminal.env.CI)
    throw usageFailure(`Nobody is here to type ${name}.`, 'Pipe it in, or name a file or variable.')
  const answer = await password({ message: name, output: terminal.stderr })
  if (isCancel(answer)) throw usageFailure('Cancelled.')
  return answer
}

/** Editors and `echo` end a file with a line break that belongs to nothing. */
export const withoutNewline = (text: string): string => text.replace(/\r?\n$/, '')
