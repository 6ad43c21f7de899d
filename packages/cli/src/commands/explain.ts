import type { Command } from 'commander'
import { type CommandGroup, examples } from '../command-group.ts'
import { EXIT } from '../exit-code.ts'
import { openSession } from '../session.ts'
import { text } from '../table.ts'
import { styled } from '../terminal.ts'

/** `bursar explain` */
export const explainCommand: CommandGroup = (program, terminal) => {
  program
    .command('explain <name> <url>')
    .description('Say whether the token of a credential may go to a URL, and which rule decides')
    .option('-X, --method <method>', 'the method of the request', 'GET')
    .addHelpText(
      'after',
      `${examples('bursar explain sales-email https://graph.example.com/v1.0/me')}\n\nExit code 4 when it may not.`,
    )
    .action(async (credential: string, url: string, { method }: { method: string }, command: Command) => {
      const session = openSession(command, terminal)
      const explanation = await session.client.call('explain', { body: { credential, url, method } })
      session.show(explanation, ({ allowed, reasons }) => {
        const verdict = allowed
          ? styled('green', '✓ allowed', terminal.stdout)
          : styled('red', '✗ refused', terminal.stdout)
        const lines = reasons.map(({ code, detail, rule }) => {
          const about = rule === undefined ? '' : `${text(rule)}: `
          return `  ${about}${text(detail)} ${styled('dim', `(${text(code)})`, terminal.stdout)}`
        })
        return [verdict, ...lines].join('\n')
      })
      if (!explanation.allowed) process.exitCode = EXIT.denied
    })
}
