import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url))

export interface Ended {
  code: number | null
  stdout: string
  stderr: string
}

export interface RunOptions {
  env?: Record<string, string>
  stdin?: string
  cwd?: string
}

/** Starts the real command line, with nothing of this process's environment but what it needs to run. */
export function start(args: readonly string[], { env = {}, cwd }: RunOptions = {}) {
  return spawn(process.execPath, [MAIN, ...args], {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
    ...(cwd !== undefined && { cwd }),
  })
}

/** Runs it to its end. */
export function bursar(args: readonly string[], options: RunOptions = {}): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = start(args, options)
    const ended: Ended = { code: null, stdout: '', stderr: '' }
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      ended.stdout += chunk
    })
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      ended.stderr += chunk
    })
    child.on('error', reject)
    child.on('close', (code) => resolve({ ...ended, code }))
    child.stdin.on('error', () => {})
    child.stdin.end(options.stdin ?? '')
  })
}
