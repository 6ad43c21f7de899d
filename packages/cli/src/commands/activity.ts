import { readFileSync } from 'node:fs'
import type { Command } from 'commander'
import {
  type ActivityAnswer,
  type DriveAnswer,
  noteProblems,
  type ResultAnswer,
  type RunAnswer,
  renderActivities,
  renderActivity,
  renderDrive,
  renderResult,
  renderRuns,
} from '../activity-view.ts'
import { readBodyFile } from '../body-file.ts'
import { type CommandGroup, examples } from '../command-group.ts'
import { EXIT } from '../exit-code.ts'
import { usageFailure } from '../failure.ts'
import { openSession } from '../session.ts'
import { withoutNewline } from '../standard-input.ts'
import { note, printable, type Terminal } from '../terminal.ts'
import { unreadableFile } from '../unreadable-file.ts'
import { addRun } from './activity-run.ts'

const BASE = '/marketing-cloud/activities'
const pathOf = (key: string, rest = ''): string => `${BASE}/${encodeURIComponent(key)}${rest}`

/** `bursar activity …` */
export const activityCommands: CommandGroup = (program, terminal) => {
  const group = program.command('activity').description('Drive custom activities of Marketing Cloud')
  addRegister(group, terminal)
  addReading(group, terminal)
  addPhases(group, terminal)
  addExecute(group, terminal)
  addRun(group, terminal)
  addRuns(group, terminal)
  group
    .command('delete <key>')
    .description('Delete an activity that is not published')
    .action(async (key: string, _flags, command: Command) => {
      await openSession(command, terminal).door.call('DELETE', pathOf(key))
      note(terminal, printable(`Deleted ${key}.`))
    })
}

interface RegisterFlags {
  file?: string
  configUrl?: string
  jwtSecretFile?: string
  replace?: true
}

function addRegister(group: Command, terminal: Terminal): void {
  group
    .command('register [key]')
    .description('Register a custom activity by its config.json; its applicationExtensionKey is the key')
    .option('-f, --file <path>', 'the config.json; - is standard input')
    .option('--config-url <url>', 'where the server finds the config.json')
    .option('--jwt-secret-file <path>', 'file that holds the JWT signing secret of the package')
    .option('--replace', 'give an activity that is there this configuration')
    .addHelpText(
      'after',
      examples(
        'bursar activity register discount -f config.json',
        'bursar activity register --config-url https://activity.example.com/config.json',
      ),
    )
    .action(async (key: string | undefined, flags: RegisterFlags, command: Command) => {
      const session = openSession(command, terminal)
      const { file, configUrl, jwtSecretFile, replace } = flags
      if ((file === undefined) === (configUrl === undefined))
        throw usageFailure('Give either --file or --config-url.')
      if (replace && key === undefined) throw usageFailure('With --replace the key is given.')
      const body = {
        ...(key !== undefined && { key }),
        ...(file === undefined ? { url: configUrl } : { config: await readBodyFile(file, terminal) }),
        ...(jwtSecretFile !== undefined && { jwtSigningSecret: readSecretFile(jwtSecretFile) }),
      }
      const [method, path] = replace ? (['PUT', pathOf(key!)] as const) : (['POST', BASE] as const)
      const activity = await session.door.call<ActivityAnswer>(method, path, body)
      session.show(activity, renderActivity(terminal))
      noteProblems(terminal, activity)
    })
}

function readSecretFile(path: string): string {
  try {
    return withoutNewline(readFileSync(path, 'utf8'))
  } catch (error) {
    throw unreadableFile(path, error)
  }
}

function addReading(group: Command, terminal: Terminal): void {
  group
    .command('list')
    .description('List custom activities')
    .action(async (_flags, command: Command) => {
      const session = openSession(command, terminal)
      const page = await session.door.call<{ items: ActivityAnswer[] }>('GET', `${BASE}?limit=500`)
      session.show(page, ({ items }) => renderActivities(terminal, items))
    })

  group
    .command('get <key>')
    .description('Show a custom activity, and what keeps it from being published')
    .action(async (key: string, _flags, command: Command) => {
      const session = openSession(command, terminal)
      const activity = await session.door.call<ActivityAnswer>('GET', pathOf(key))
      session.show(activity, renderActivity(terminal))
      noteProblems(terminal, activity)
    })
}

const PHASES: ReadonlyArray<readonly [phase: string, description: string]> = [
  ['save', 'Call the save endpoint of an activity'],
  ['validate', 'Call the validate endpoint of an activity'],
  ['publish', 'Save, validate and publish an activity; contacts reach it only when all answer 200'],
  ['stop', 'Stop an activity: no contact reaches it any more'],
  ['unpublish', 'Take an activity back to a draft'],
]

function addPhases(group: Command, terminal: Terminal): void {
  for (const [phase, description] of PHASES) {
    group
      .command(`${phase} <key>`)
      .description(description)
      .action(async (key: string, _flags, command: Command) => {
        const session = openSession(command, terminal)
        const report = await session.door.call<DriveAnswer>('POST', pathOf(key, `/${phase}`))
        session.show(report, renderDrive(terminal))
        if (report.phases.some(({ outcome }) => outcome === 'failed')) process.exitCode = EXIT.upstreamFailed
      })
  }
}

function addExecute(group: Command, terminal: Terminal): void {
  group
    .command('execute <key>')
    .description('Send one contact through an activity')
    .requiredOption(
      '-f, --file <path>',
      'the contact: JSON or YAML with key, attributes, …; - is standard input',
    )
    .addHelpText('after', examples(`echo '{"key": "003A"}' | bursar activity execute discount -f -`))
    .action(async (key: string, { file }: { file: string }, command: Command) => {
      const session = openSession(command, terminal)
      const contact = await readBodyFile(file, terminal)
      const result = await session.door.call<ResultAnswer>('POST', pathOf(key, '/execute'), contact)
      session.show(result, renderResult(terminal))
      if (result.status !== 'sent') process.exitCode = EXIT.upstreamFailed
    })
}

function addRuns(group: Command, terminal: Terminal): void {
  group
    .command('runs <key>')
    .description('List the runs of an activity and how far they came')
    .action(async (key: string, _flags, command: Command) => {
      const session = openSession(command, terminal)
      const page = await session.door.call<{ items: RunAnswer[] }>('GET', pathOf(key, '/runs?limit=500'))
      session.show(page, ({ items }) => renderRuns(terminal, items))
    })

  group
    .command('stop-run <key> <run>')
    .description('Let a run end in order, whoever began it; it can be resumed')
    .action(async (key: string, run: string, _flags, command: Command) => {
      const session = openSession(command, terminal)
      const path = pathOf(key, `/runs/${encodeURIComponent(run)}/stop`)
      const stopped = await session.door.call<RunAnswer>('POST', path)
      session.show(stopped, (one) => renderRuns(terminal, [one]))
    })

  group
    .command('results <key> <run>')
    .description('Print what is on record of a run, a line of JSON for each contact, newest first')
    .action(async (key: string, run: string, _flags, command: Command) => {
      const { door } = openSession(command, terminal)
      const path = pathOf(key, `/runs/${encodeURIComponent(run)}/results`)
      const { lines } = await door.lines('GET', path)
      for await (const line of lines) terminal.stdout.write(`${line}\n`)
    })
}
