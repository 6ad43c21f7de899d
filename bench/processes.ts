import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { createInterface } from 'node:readline'

/** The core of what is measured and the core of what measures; the same one where there is only one. */
export const SERVER_CORE = 0
export const LOAD_CORE = Math.min(1, availableParallelism() - 1)

const hasTaskset = spawnSync('taskset', ['--version'], { stdio: 'ignore' }).status === 0

export const pinning = hasTaskset ? `server on core ${SERVER_CORE}, load on core ${LOAD_CORE}` : 'not pinned'

/** Whether a program is there. */
export const hasProgram = (name: string, flag: string): boolean =>
  spawnSync(name, [flag], { stdio: 'ignore' }).error === undefined

export interface Running {
  pid: number
  /** The first line that `isReady` said yes to. */
  ready: string
  stop(): Promise<void>
}

interface StartOptions {
  cores: number | string | null
  env?: Record<string, string>
  isReady: (line: string) => boolean
  /** What it writes to standard output besides. */
  onLine?: (line: string) => void
}

const running = new Set<ChildProcess>()
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

/** Starts a program on its core and waits until it says that it is ready. */
export async function start(
  command: string,
  args: readonly string[],
  { cores, env = {}, isReady, onLine }: StartOptions,
): Promise<Running> {
  const child = spawnPinned(command, args, cores, env)
  running.add(child)
  let complaint = ''
  child.stderr!.setEncoding('utf8').on('data', (text: string) => {
    complaint = (complaint + text).slice(-2_000)
  })
  const exited = once(child, 'exit').then(() => void running.delete(child))
  const ready = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout! }).on('line', (line) => {
      onLine?.(line)
      if (isReady(line)) resolve(line)
    })
    void exited.then(() => reject(new Error(`${command} ${args[0]} ended at once: ${complaint}`)))
  })
  return {
    pid: child.pid!,
    ready,
    async stop() {
      child.kill('SIGTERM')
      await exited
    },
  }
}

/** Runs a program to its end; answers what it wrote. */
export async function run(
  command: string,
  args: readonly string[],
  { cores, input = '' }: { cores: number | string | null; input?: string },
): Promise<string> {
  const child = spawnPinned(command, args, cores, {})
  running.add(child)
  let written = ''
  let complaint = ''
  child.stdout!.setEncoding('utf8').on('data', (text: string) => {
    written += text
  })
  child.stderr!.setEncoding('utf8').on('data', (text: string) => {
    complaint += text
  })
  child.stdin!.end(input)
  const [code] = (await once(child, 'close')) as [number | null]
  running.delete(child)
  if (code !== 0) throw new Error(`${command} ended with ${code}: ${complaint.slice(-2_000)}`)
  return written
}

/** `taskset` becomes the program itself, so the process id is the program's. */
function spawnPinned(
  command: string,
  args: readonly string[],
  cores: number | string | null,
  env: Record<string, string>,
): ChildProcess {
  const pinned = hasTaskset && cores !== null
  const [file, list] = pinned
    ? ['taskset', ['-c', String(cores), command, ...args]]
    : ([command, args] as const)
  return spawn(file, list, { env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env } })
}

const TICKS_PER_SECOND = 100

/** Processor seconds that processes have used, all threads; null where the system does not say. */
export function cpuSeconds(pids: readonly number[]): number | null {
  try {
    return pids.reduce((sum, pid) => sum + cpuTicks(pid), 0) / TICKS_PER_SECOND
  } catch {
    return null
  }
}

function cpuTicks(pid: number): number {
  const text = readFileSync(`/proc/${pid}/stat`, 'latin1')
  // The name in brackets may hold spaces; user and system time are the 14th and 15th field.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  return Number(fields[11]) + Number(fields[12])
}

/** Resident megabytes of a process. */
export function residentMb(pid: number): number {
  const [, kb] = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'latin1')) ?? []
  return Number(kb) / 1024
}

/** Child processes of a process, for servers that fork. */
export function childrenOf(pid: number): number[] {
  const list = readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').trim()
  return list === '' ? [] : list.split(' ').map(Number)
}
