import type { AnswerOf } from '@bursar/domain/api/table.ts'
import type { Command } from 'commander'
import { addFlagsLater, type CommandGroup, examples } from '../command-group.ts'
import { exitCodeOfExchange } from '../exit-code.ts'
import { openSession } from '../session.ts'
import { renderFacts, text } from '../table.ts'
import { styled, type Terminal } from '../terminal.ts'

/** `bursar validate` */
export const validateCommand: CommandGroup = (program, terminal) => {
  const command = program.command('validate')
  addFlagsLater(command, async () => (await import('../credential-body.ts')).addCredentialFlags(command))
  command
    .description('Run one exchange with what is in a file or in flags, and save nothing')
    .addHelpText(
      'after',
      examples('bursar validate -f sales-email.yaml --secret client_secret=env:CRM_SECRET'),
    )
    .action(async (_flags, self: Command) => {
      const session = openSession(self, terminal)
      const body = await (await import('../credential-body.ts')).readCredentialBody(self, terminal)
      const record = await session.client.call('validateCredential', { body })
      session.show(record, renderTrial(terminal))
      process.exitCode = exitCodeOfExchange(record.kind)
    })
}

interface Exchanged {
  request?: { method?: string; url?: string }
  response?: { status?: number }
  error?: { code?: string; detail?: string | null }
  token?: { type?: string; expires_at?: string | null }
  response_fields?: Array<{ name: string; value?: string; error?: string }>
  validations?: Array<{ name: string; passed: boolean; actual?: string; expected?: string; error?: string }>
}

type Rows<Name extends 'response_fields' | 'validations'> = NonNullable<Exchanged[Name]>

const listFields = (fields: Rows<'response_fields'> = []): string =>
  fields
    .filter(({ value, error }) => value !== undefined || error !== undefined)
    .map(({ name, value, error }) => text(`${name}: ${error ?? value}`))
    .join('\n')

const listValidations = (validations: Rows<'validations'> = []): string =>
  validations
    .map(({ name, passed, actual, expected, error }) =>
      text(passed ? `✓ ${name}` : `✗ ${name}: ${error ?? `"${actual}", expected is "${expected}"`}`),
    )
    .join('\n')

const renderTrial =
  ({ stdout }: Terminal) =>
  (record: AnswerOf<'validateCredential'>): string => {
    const { request, response, error, token, response_fields, validations } = record as Exchanged
    return renderFacts(
      [
        [
          'outcome',
          record.valid
            ? styled('green', '✓ it works', stdout)
            : styled('red', `✗ ${text(record.kind).replaceAll('_', ' ')}`, stdout),
        ],
        ['request', request && text(`${request.method} ${request.url}`)],
        ['answer', response && text(response.status)],
        ['error', error && text([error.code, error.detail].filter(Boolean).join(': '))],
        ['token', token && text(`${token.type}, ends ${token.expires_at ?? 'at no known time'}`)],
        ['mapped', listFields(response_fields)],
        ['validations', listValidations(validations)],
        ['hints', record.hints.map(text).join('\n')],
      ],
      stdout,
    )
  }
