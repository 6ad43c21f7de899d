import { once } from 'node:events'
import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import type { Command } from 'commander'
import { type ResultAnswer, renderCounts } from '../activity-view.ts'
import { examples } from '../command-group.ts'
import { EXIT } from '../exit-code.ts'
import { Failure } from '../failure.ts'
import { openSession } from '../session.ts'
import { note, printable, type Terminal } from '../terminal.ts'
import { unreadableFile } from '../unreadable-file.ts'

interface RunFlags {
  file: string
  resume?: string
}

/** A line about the run itself, first and last. */
interface RunLine {
  run: { id: string; status: string; counts?: Record<string, number> }
  error?: { code: string; detail: string; hint?: string }
}

/** `bursar activity run`: contacts in, results out, progress for people. */
export function addRun(group: Command, terminal: Terminal): void {
  group
    .command('run <key>')
    .description('Send a stream of contacts through an activity; prints a line of JSON for each')
    .requiredOption('-f, --file <path>', 'contacts, a JSON object a line; - is standard input')
    .option('--resume <run>', 'go on with a run that was interrupted; the file is the same')
    .addHelpText(
      'after',
      examples(
        'bursar activity run discount -f contacts.ndjson > results.ndjson',
        'bursar activity run discount -f contacts.ndjson --resume 0198… >> results.ndjson',
      ),
    )
    .action(async (key: string, { file, resume }: RunFlags, command: Command) => {
      const { door } = openSession(command, terminal)
      const base = `/marketing-cloud/activities/${encodeURIComponent(key)}`
      const path = resume === undefined ? '/execute' : `/runs/${encodeURIComponent(resume)}/resume`
      const { lines } = await door.lines('POST', base + path, await openInput(file, terminal))
      await follow(lines, key, file, terminal)
    })
}

async function openInput(file: string, { stdin }: Terminal): Promise<Readable> {
  if (file === '-') return stdin
  try {
    return createReadStream('', { fd: await open(file) })
  } catch (error) {
    throw unreadableFile(file, error)
  }
}

async function follow(
  lines: AsyncIterable<string>,
  key: string,
  file: string,
  terminal: Terminal,
): Promise<void> {
  const progress = new Progress(terminal)
  let last: RunLine | undefined
  const howToResume = () =>
    last && `bursar activity run ${printable(key)} -f ${printable(file)} --resume ${printable(last.run.id)}`
  try {
    for await (const line of lines) {
      const value = JSON.parse(line) as RunLine | ResultAnswer
      if ('run' in value) last = value
      else {
        progress.count(value)
        if (!terminal.stdout.write(`${line}\n`)) await once(terminal.stdout, 'drain')
      }
    }
  } catch (error) {
    progress.clear()
    if (!(error instanceof Failure) || last === undefined) throw error
    throw new Failure(error.message, { hint: `Go on with: ${howToResume()}` })
  }
  progress.clear()
  if (last?.error !== undefined)
    throw new Failure(last.error.detail, { code: last.error.code, hint: last.error.hint })
  note(terminal, printable(`run ${last?.run.id}: ${renderCounts(last?.run.counts ?? {})}`))
  if (last?.run.status !== 'finished')
    throw new Failure('The run was interrupted.', { hint: `Go on with: ${howToResume()}` })
  const { sent = 0, repeated: _repeated, ...others } = last.run.counts ?? {}
  const missed = Object.values(others).reduce((sum, number) => sum + number, 0)
  if (missed > 0 && sent === 0) process.exitCode = EXIT.upstreamFailed
}

const EVERY = 250

/** One line on a terminal that is written over; nothing where nobody looks. */
class Progress {
  readonly #counts: Record<string, number> = {}
  readonly #terminal: Terminal
  #total = 0

  constructor(terminal: Terminal) {
    this.#terminal = terminal
  }

  count({ status, mayBeRepeated }: ResultAnswer): void {
    this.#counts[status] = (this.#counts[status] ?? 0) + 1
    if (mayBeRepeated) this.#counts.repeated = (this.#counts.repeated ?? 0) + 1
    this.#total += 1
    const { stderr } = this.#terminal
    if (stderr.isTTY && this.#total % EVERY === 0) stderr.write(`\r\u001b[K${renderCounts(this.#counts)}`)
  }

  clear(): void {
    if (this.#terminal.stderr.isTTY) this.#terminal.stderr.write('\r\u001b[K')
  }
}
