import { spawnSync } from 'node:child_process'
import { readdirSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'

const ROOT = resolve(import.meta.dirname, '../..')
const CONSOLE = join(ROOT, 'packages/console')

/** Before the first test: the console as its sources are, built anew only where it is older than they. */
export default function buildConsole(): void {
  const built = statSync(join(CONSOLE, 'dist/index.html'), { throwIfNoEntry: false })?.mtimeMs ?? 0
  const sources = ['src', 'public', 'index.html', 'vite.config.ts', 'package.json']
  if (Math.max(...sources.map((name) => newest(join(CONSOLE, name)))) <= built) return
  const { status, stdout, stderr } = spawnSync('npm', ['run', 'build', '-w', '@bursar/console'], {
    cwd: ROOT,
    encoding: 'utf8',
    env: { ...process.env, NODE_ENV: 'production' },
  })
  if (status !== 0) throw new Error(`The console does not build:\n${stdout}${stderr}`)
}

function newest(path: string): number {
  const found = statSync(path)
  if (!found.isDirectory()) return found.mtimeMs
  const below = readdirSync(path, { recursive: true, withFileTypes: true })
  return Math.max(found.mtimeMs, ...below.map((one) => statSync(join(one.parentPath, one.name)).mtimeMs))
}
