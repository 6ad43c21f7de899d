import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { LoadPlan, LoadResult } from '../packages/cli/src/load/load.ts'
import { hasProgram, LOAD_CORE, run } from './processes.ts'

/** What is asked, over and over. */
export interface LoadTarget {
  port: number
  method: 'GET' | 'POST'
  path: string
  headers: Readonly<Record<string, string>>
  body?: string
}

export interface LoadOptions {
  seconds: number
  connections?: number
  ratePerSecond?: number
  requestsAtMost?: number
}

const CONNECTIONS = 64
const hasWrk = hasProgram('wrk', '-v')

export const loadGenerator = hasWrk ? 'wrk' : 'packages/cli/src/load'

/** Asks as fast as answers come, from a process of its own. Throws when an answer was not a 200. */
export async function load(target: LoadTarget, options: LoadOptions): Promise<LoadResult> {
  const plain = options.ratePerSecond === undefined && options.requestsAtMost === undefined
  const result = hasWrk && plain ? await runWrk(target, options) : await runOwn(target, options)
  if (result.failures > 0) throw new Error(`${result.failures} requests failed: ${result.firstFailure}`)
  return result
}

async function runOwn(target: LoadTarget, options: LoadOptions): Promise<LoadResult> {
  const plan: Omit<LoadPlan, 'request'> & { request: string } = {
    host: '127.0.0.1',
    port: target.port,
    tls: false,
    request: renderRequest(target),
    connections: options.connections ?? CONNECTIONS,
    seconds: options.seconds,
    requestsAtMost: options.requestsAtMost ?? 10_000_000,
    ratePerSecond: options.ratePerSecond ?? null,
  }
  const script = join(import.meta.dirname, 'load-process.ts')
  const written = await run(process.execPath, [script], { cores: LOAD_CORE, input: JSON.stringify(plan) })
  return JSON.parse(written) as LoadResult
}

function renderRequest({ port, method, path, headers, body }: LoadTarget): string {
  const all = { Host: `127.0.0.1:${port}`, ...headers, ...(body && { 'Content-Length': `${body.length}` }) }
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`)
  return `${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n${body ?? ''}`
}

const REPORT = `done = function(summary, latency)
  local e = summary.errors
  io.write(string.format('RESULT {"requests":%d,"failures":%d,"us":%d,"p50":%d,"p99":%d}\\n', summary.requests,
    e.connect + e.read + e.write + e.status + e.timeout, summary.duration,
    latency:percentile(50), latency:percentile(99)))
end
`

/** One thread of wrk: less work for each request than Node can do, so the server stays the bound. */
async function runWrk(target: LoadTarget, options: LoadOptions): Promise<LoadResult> {
  const folder = mkdtempSync(join(tmpdir(), 'bursar-bench-'))
  try {
    const script = join(folder, 'request.lua')
    const body = target.body === undefined ? '' : `wrk.body = '${target.body}'\n`
    writeFileSync(script, `wrk.method = '${target.method}'\n${body}${REPORT}`)
    const headers = Object.entries(target.headers).flatMap(([name, value]) => ['-H', `${name}: ${value}`])
    const connections = String(options.connections ?? CONNECTIONS)
    const seconds = `${Math.max(1, Math.round(options.seconds))}s`
    const url = `http://127.0.0.1:${target.port}${target.path}`
    const args = ['-t', '1', '-c', connections, '-d', seconds, '-s', script, ...headers, url]
    const written = await run('wrk', args, { cores: LOAD_CORE })
    const line = /^RESULT (.*)$/m.exec(written)?.[1]
    if (line === undefined) throw new Error(`wrk said nothing: ${written}`)
    const { requests, failures, us, p50, p99 } = JSON.parse(line) as Record<string, number>
    return {
      requests: requests!,
      failures: failures!,
      firstFailure: failures === 0 ? null : 'wrk does not say which',
      seconds: us! / 1e6,
      p50Ms: p50! / 1000,
      p99Ms: p99! / 1000,
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
