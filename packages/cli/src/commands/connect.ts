import { setTimeout as wait } from 'node:timers/promises'
import type { Command } from 'commander'
import { examples } from '../command-group.ts'
import type { Credential } from '../credential-view.ts'
import { EXIT } from '../exit-code.ts'
import { Failure } from '../failure.ts'
import { openSession, type Session } from '../session.ts'
import { note, printable, type Terminal } from '../terminal.ts'

const POLL_MS = 1_000

/** `bursar credential connect`: where a person signs in, and whether they did. */
export function addConnect(group: Command, terminal: Terminal): void {
  group
    .command('connect <name>')
    .description('Print where a person signs in, and wait until they have')
    .option('--no-wait', 'only print where')
    .addHelpText(
      'after',
      examples(
        'bursar credential connect sales-email',
        'xdg-open "$(bursar credential connect sales-email --no-wait)"',
      ),
    )
    .action(async (name: string, { wait: waits }: { wait: boolean }, command: Command) => {
      const session = openSession(command, terminal)
      const before = await session.client.call('getCredential', { params: { name } })
      const authorization = await session.client.call('authorizeCredential', { params: { name } })
      session.show(authorization, ({ authorization_url }) => printable(authorization_url))
      if (authorization.user_code !== undefined)
        note(terminal, `Type there: ${printable(authorization.user_code)}`)
      if (!waits) return
      note(terminal, 'Open this address in a browser. Waiting for the sign-in …')
      const credential = await waitForToken(session, before, Date.parse(authorization.expires_at))
      note(terminal, `Signed in: ${printable(credential.name)} is active.`)
    })
}

async function waitForToken({ client }: Session, before: Credential, untilMs: number): Promise<Credential> {
  const { name } = before
  while (Date.now() < untilMs) {
    await wait(POLL_MS)
    const now = await client.call('getCredential', { params: { name } })
    if (now.status === 'active' && (now.token?.version ?? 0) > (before.token?.version ?? 0)) return now
    if (now.status === 'broken' && now.reason?.exchange_id !== before.reason?.exchange_id)
      throw new Failure(`The sign-in came to nothing: ${now.reason?.detail}`, {
        exitCode: EXIT.upstreamFailed,
        hint: now.reason?.hint,
      })
  }
  throw new Failure('Nobody signed in before the address expired.', { exitCode: EXIT.needsSignIn })
}
