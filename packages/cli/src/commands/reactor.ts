import type { Command } from 'commander'
import { readBodyFile } from '../body-file.ts'
import { type CommandGroup, examples } from '../command-group.ts'
import { usageFailure } from '../failure.ts'
import { documentOf, type Resource } from '../json-api.ts'
import { openSession } from '../session.ts'
import { renderFacts, renderTable, text } from '../table.ts'
import { note, printable, type Terminal } from '../terminal.ts'

const FILE = [
  '-f, --file <path>',
  'attributes in JSON or YAML, ids under "relationships"; - is standard input, and keeps secrets out of files',
] as const

interface Many {
  data: Resource[]
  meta?: { pagination?: { current_page: number; total_pages: number } }
}

const isMany = (answer: Many | One): answer is Many => Array.isArray(answer.data)

/** A path as it stands in the API, with or without its base. */
const pathOf = (written: string): string =>
  `/reactor/${written.replace(/^\/+/, '').replace(/^reactor\/+/, '')}`

/** `bursar reactor …` */
export const reactorCommands: CommandGroup = (program, terminal) => {
  const group = program
    .command('reactor')
    .description('Keep properties, environments and secrets of Reactor, by their paths in its API')
    .addHelpText(
      'after',
      examples(
        'bursar reactor list companies',
        'bursar reactor create properties/PR…/secrets -f crm.yaml',
        'bursar reactor act secrets/SE… retry',
      ),
    )

  group
    .command('list <path>')
    .description('List resources; filters, order and page stand in the query')
    .action(async (path: string, _flags, command: Command) => {
      const session = openSession(command, terminal)
      const many = await session.door.jsonApi<Many | One>('GET', pathOf(path))
      if (!isMany(many)) throw usageFailure('This is one resource and no list.', `bursar reactor get ${path}`)
      session.show(many, ({ data }) =>
        renderTable(
          data,
          [
            { heading: 'ID', cell: ({ id }) => text(id) },
            { heading: 'NAME', cell: ({ attributes }) => text(attributes.name ?? attributes.text) },
            { heading: 'KIND', cell: ({ attributes }) => text(kindOf(attributes)) },
            {
              heading: 'STATUS',
              cell: ({ attributes }) => text(attributes.status ?? attributes.state),
            },
          ],
          terminal.stdout,
        ),
      )
      const { current_page: page = 1, total_pages: pages = 1 } = many.meta?.pagination ?? {}
      if (page < pages) note(terminal, `Page ${page} of ${pages}; the next: page[number]=${page + 1}.`)
    })

  group
    .command('get <path>')
    .description('Show a resource')
    .action(async (path: string, _flags, command: Command) => {
      const session = openSession(command, terminal)
      const one = await session.door.jsonApi<Many | One>('GET', pathOf(path))
      if (isMany(one)) throw usageFailure('This is a list.', `bursar reactor list ${path}`)
      session.show(one, renderOne(terminal))
    })

  group
    .command('create <path>')
    .description('Create a resource in the list at this path')
    .requiredOption(...FILE)
    .addHelpText('after', examples('sops -d crm.yaml | bursar reactor create properties/PR…/secrets -f -'))
    .action(async (path: string, { file }: { file: string }, command: Command) => {
      const session = openSession(command, terminal)
      const document = documentOf(path, await readBodyFile(file, terminal))
      session.show(await session.door.jsonApi<One>('POST', pathOf(path), document), renderOne(terminal))
    })

  group
    .command('update <path>')
    .description('Change attributes of a resource; those not named stay')
    .requiredOption(...FILE)
    .action(async (path: string, { file }: { file: string }, command: Command) => {
      const session = openSession(command, terminal)
      const document = documentOf(path, await readBodyFile(file, terminal))
      session.show(await session.door.jsonApi<One>('PATCH', pathOf(path), document), renderOne(terminal))
    })

  group
    .command('act <path> <action>')
    .description('Do what a resource can do: retry, test or reauthorize a secret')
    .action(async (path: string, action: string, _flags, command: Command) => {
      const session = openSession(command, terminal)
      const document = documentOf(path, {}, action)
      session.show(await session.door.jsonApi<One>('PATCH', pathOf(path), document), renderOne(terminal))
    })

  group
    .command('delete <path>')
    .description('Delete a resource for good, with all that is in it')
    .action(async (path: string, _flags, command: Command) => {
      await openSession(command, terminal).door.jsonApi('DELETE', pathOf(path))
      note(terminal, printable(`Deleted ${path}.`))
    })
}

interface One {
  data: Resource | null
}

const kindOf = (attributes: Record<string, unknown>): unknown =>
  attributes.type_of ?? attributes.stage ?? attributes.platform

const renderOne =
  ({ stdout }: Terminal) =>
  ({ data }: One): string =>
    data === null
      ? text(null)
      : renderFacts(
          [
            ['type', text(data.type)],
            ['id', text(data.id)],
            ...Object.entries({ ...data.attributes, ...data.meta }).map(
              ([name, value]) => [name.replaceAll('_', ' '), value === null ? null : shown(value)] as const,
            ),
          ],
          stdout,
        )

const shown = (value: unknown): string =>
  text(typeof value === 'object' ? JSON.stringify(value) : String(value))
