import type { Command } from 'commander'
import { type CommandGroup, examples } from '../command-group.ts'
import { openSession } from '../session.ts'

/** `bursar token …` */
export const tokenCommands: CommandGroup = (program, terminal) => {
  const group = program.command('token').description('Use tokens')
  group
    .command('get <name>')
    .description('Print a valid token, and only that')
    .option('--min-ttl <seconds>', 'how long it must still live')
    .addHelpText(
      'after',
      examples(
        'curl -H "Authorization: Bearer $(bursar token get sales-email)" https://graph.example.com/v1.0/me',
      ),
    )
    .action(async (name: string, flags: { minTtl?: string }, command: Command) => {
      const session = openSession(command, terminal)
      const query = { min_ttl: flags.minTtl }
      const token = await session.client.call('getToken', { params: { name }, query })
      // As it is: whoever takes it from here needs every byte.
      session.show(token, ({ access_token }) => access_token)
    })
}
