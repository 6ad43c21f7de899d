import type { Command } from 'commander'
import type { CommandGroup } from '../command-group.ts'
import { CHECKS, type Finding, runChecks } from '../doctor.ts'
import { EXIT } from '../exit-code.ts'
import { openSession } from '../session.ts'
import { text } from '../table.ts'
import { styled, type Terminal } from '../terminal.ts'

/** `bursar doctor` */
export const doctorCommand: CommandGroup = (program, terminal) => {
  program
    .command('doctor')
    .description(`Look for what is wrong and say what to do: ${CHECKS.map(({ name }) => name).join(', ')}`)
    .action(async (_flags, command: Command) => {
      const session = openSession(command, terminal)
      const findings = await runChecks({ client: session.client, env: terminal.env, nowMs: Date.now })
      session.show({ findings }, (report) =>
        report.findings.map((finding) => renderFinding(terminal, finding)).join('\n'),
      )
      if (findings.some(({ outcome }) => outcome === 'failed')) process.exitCode = EXIT.failed
    })
}

const MARKS = {
  ok: ['green', '✓'],
  warning: ['yellow', '▲'],
  failed: ['red', '✗'],
  skipped: ['dim', '–'],
} as const

function renderFinding({ stdout }: Terminal, { check, outcome, detail, hint }: Finding): string {
  const [style, symbol] = MARKS[outcome]
  const line = `${styled(style, `${symbol} ${check.padEnd(9)}`, stdout)} ${text(detail)}`
  return hint === undefined ? line : `${line}\n            ${styled('cyan', 'hint:', stdout)} ${text(hint)}`
}
