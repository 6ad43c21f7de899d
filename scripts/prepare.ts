/**
 * What `npm ci` ends with: the console is built, so that `npm start` serves it. Where the package or its tools
 * are missing (an installation without development dependencies), the broker runs without a console and says so.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '..')
const folder = join(root, 'packages/console')
const manifest = join(folder, 'package.json')

if (!existsSync(manifest)) skip('there is no packages/console')
const { scripts = {}, devDependencies = {} } = JSON.parse(readFileSync(manifest, 'utf8')) as {
  scripts?: Record<string, string>
  devDependencies?: Record<string, string>
}
if (scripts.build === undefined) skip('packages/console has no script "build"')
const required = createRequire(manifest)
const missing = Object.keys(devDependencies).find((name) => !isInstalled(name))
if (missing !== undefined) skip(`${missing} is not installed`)

const { status } = spawnSync('npm', ['run', '--silent', 'build'], {
  cwd: folder,
  stdio: 'inherit',
  shell: process.platform === 'win32',
})
if (status !== 0) {
  process.stderr.write('The console could not be built; see above. Again: npm run build -w @bursar/console\n')
}
process.exit(status ?? 1)

function isInstalled(name: string): boolean {
  return (required.resolve.paths(name) ?? []).some((path) => existsSync(join(path, name)))
}

function skip(why: string): never {
  process.stderr.write(`The console is not built: ${why}.\n`)
  process.exit(0)
}
