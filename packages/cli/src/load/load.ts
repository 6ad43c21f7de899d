import { connect as connectTcp, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { AnswerReader } from './answer-reader.ts'
import { Latencies } from './latencies.ts'

export interface LoadPlan {
  host: string
  port: number
  tls: boolean
  /** One whole request for a kept connection, sent again and again. */
  request: Buffer
  connections: number
  seconds: number
  requestsAtMost: number
  /** Requests begun each second; null begins one as soon as a connection is free. */
  ratePerSecond: number | null
}

export interface LoadResult {
  requests: number
  /** Answers with another status than 200, and connections that broke. */
  failures: number
  /** The first status that was not 200, or what broke. */
  firstFailure: string | null
  seconds: number
  p50Ms: number
  p99Ms: number
}

interface Lane {
  socket: Socket
  busy: boolean
  beganMs: number
}

/** Sends one request over kept connections, one at a time on each, until time or number is up. */
export function runLoad(plan: LoadPlan): Promise<LoadResult> {
  const latencies = new Latencies()
  const lanes: Lane[] = []
  let begun = 0
  let requests = 0
  let failures = 0
  let firstFailure: string | null = null
  let ending = false
  const { promise, resolve } = Promise.withResolvers<LoadResult>()
  const startedMs = performance.now()
  const ended = setTimeout(finish, plan.seconds * 1000)
  const pace = plan.ratePerSecond === null ? null : setInterval(keepPace, 1)

  function finish(): void {
    if (ending) return
    ending = true
    clearTimeout(ended)
    if (pace !== null) clearInterval(pace)
    for (const { socket } of lanes) socket.destroy()
    const seconds = (performance.now() - startedMs) / 1000
    resolve({
      requests,
      failures,
      firstFailure,
      seconds,
      p50Ms: latencies.at(0.5),
      p99Ms: latencies.at(0.99),
    })
  }

  function fail(what: string): void {
    failures += 1
    firstFailure ??= what
    // A server that refuses everything is not asked a million times.
    if (failures > 1_000 || failures >= plan.connections + requests) finish()
  }

  function begin(lane: Lane): void {
    if (ending || begun >= plan.requestsAtMost) return
    begun += 1
    lane.busy = true
    lane.beganMs = performance.now()
    lane.socket.write(plan.request)
  }

  /** A request whose turn has come while every connection is busy is late, not left out. */
  function keepPace(): void {
    const due = ((performance.now() - startedMs) / 1000) * plan.ratePerSecond!
    for (const lane of lanes) {
      if (begun >= due) return
      if (!lane.busy && lane.socket.readyState === 'open') begin(lane)
    }
  }

  function answered(lane: Lane, status: number): void {
    if (ending) return
    lane.busy = false
    latencies.add(performance.now() - lane.beganMs)
    if (status === 200) requests += 1
    else fail(`status ${status}`)
    if (requests + failures >= plan.requestsAtMost) finish()
    else if (pace === null) begin(lane)
  }

  function open(): void {
    const { host, port } = plan
    const socket = plan.tls ? connectTls({ host, port, servername: host }) : connectTcp({ host, port })
    const lane: Lane = { socket, busy: false, beganMs: 0 }
    const reader = new AnswerReader((status) => answered(lane, status))
    lanes.push(lane)
    socket.setNoDelay(true)
    socket.once(plan.tls ? 'secureConnect' : 'connect', () => {
      if (pace === null) begin(lane)
    })
    socket.on('data', (bytes: Buffer) => {
      try {
        reader.read(bytes)
      } catch (error) {
        fail((error as Error).message)
        socket.destroy()
      }
    })
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (!ending) fail(error.code ?? error.message)
    })
    socket.on('close', () => {
      if (ending) return
      lanes.splice(lanes.indexOf(lane), 1)
      if (lane.busy) fail('the connection was closed')
      open()
    })
  }

  for (let n = 0; n < plan.connections; n += 1) open()
  return promise
}
