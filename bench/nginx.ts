import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { temporaryFolder } from './broker.ts'
import { hasProgram, type Running, start } from './processes.ts'

const FOUND = ['nginx', '/usr/sbin/nginx'].find((path) => hasProgram(path, '-v'))

export const missingNginx = (): string | null =>
  FOUND ? null : 'nginx is not there (Debian: apt-get install nginx-light)'

/** One nginx process, no master, so that its process id is the worker's. */
export async function startNginx(core: number, servers: string, port: number): Promise<Running> {
  const folder = temporaryFolder()
  mkdirSync(join(folder, 'temp'), { recursive: true })
  const config = join(folder, 'nginx.conf')
  const temp = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `${name}_temp_path ${folder}/temp/${name};`)
    .join('\n  ')
  writeFileSync(
    config,
    `daemon off;
master_process off;
worker_processes 1;
pid ${folder}/nginx.pid;
error_log stderr error;
events { worker_connections 4096; }
http {
  access_log off;
  keepalive_timeout 75s;
  keepalive_requests 1000000000;
  client_body_buffer_size 128k;
  ${temp}
${servers}
}
`,
  )
  // nginx says nothing when it is ready: the port answers.
  const script = `"$0" -p "$1" -c "$2" & child=$!; trap 'kill $child' TERM; echo $child; wait $child`
  const shell = await start('sh', ['-c', script, FOUND!, folder, config], {
    cores: core,
    isReady: (line) => /^\d+$/.test(line),
  })
  await answers(port)
  return { ...shell, pid: Number(shell.ready) }
}

async function answers(port: number): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const response = await fetch(`http://127.0.0.1:${port}/`).catch(() => null)
    if (response !== null) return void (await response.arrayBuffer())
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
  throw new Error('nginx does not answer.')
}

export const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      server.close(() => resolve(port))
    })
  })
