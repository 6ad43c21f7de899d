import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** What `node --cpu-prof` writes: https://nodejs.org/api/cli.html#--cpu-prof. */
interface CpuProfile {
  nodes: ReadonlyArray<{ id: number; callFrame: Frame; children?: readonly number[] }>
  samples: readonly number[]
  /** Microseconds since the sample before. */
  timeDeltas: readonly number[]
}

interface Frame {
  functionName: string
  url: string
  lineNumber: number
}

export interface Share {
  what: string
  /** Of the time the thread was not idle, 0 to 1. */
  share: number
}

export interface ThreadProfile {
  /** `main`, or which worker thread, by the file that it ran most of. */
  thread: string
  busySeconds: number
  places: Share[]
  functions: Share[]
}

/** Flags that make a process write where its time went when it ends; one file for each thread. */
export const profileFlags = (folder: string): string =>
  `--cpu-prof --cpu-prof-interval=400 --cpu-prof-dir=${folder}`

/** Every profile in a folder, the busiest thread first. */
export function readProfiles(folder: string): ThreadProfile[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.cpuprofile'))
    .map((name) => summarize(JSON.parse(readFileSync(join(folder, name), 'utf8')) as CpuProfile))
    .toSorted((a, b) => b.busySeconds - a.busySeconds)
}

const IDLE = new Set(['(idle)', '(root)'])

function summarize({ nodes, samples, timeDeltas }: CpuProfile): ThreadProfile {
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]))
  const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id])))
  const places = new Map<string, number>()
  const functions = new Map<string, number>()
  let busyUs = 0
  samples.forEach((id, index) => {
    const frame = frames.get(id)!
    const us = timeDeltas[index]!
    if (IDLE.has(frame.functionName)) return
    busyUs += us
    const place = placeOf(id, frames, parents)
    places.set(place, (places.get(place) ?? 0) + us)
    const called = `${frame.functionName || '(anonymous)'} ${frame.url === '' ? `in ${place}` : short(frame)}`
    functions.set(called, (functions.get(called) ?? 0) + us)
  })
  const shares = (times: Map<string, number>): Share[] =>
    [...times].map(([what, us]) => ({ what, share: us / busyUs })).toSorted((a, b) => b.share - a.share)
  const files = new Set([...frames.values()].map(({ url }) => url.slice(url.lastIndexOf('/') + 1)))
  return {
    thread: files.has('worker.ts') && !files.has('main.ts') ? 'database thread' : 'main thread',
    busySeconds: busyUs / 1e6,
    places: shares(places),
    functions: shares(functions),
  }
}

/** What is native counts for whoever called it. */
function placeOf(id: number, frames: Map<number, Frame>, parents: Map<number, number>): string {
  for (let at: number | undefined = id; at !== undefined; at = parents.get(at)) {
    const { url, functionName } = frames.get(at)!
    if (functionName === '(garbage collector)') return 'garbage collection'
    if (functionName === '(program)') return 'Node itself'
    const place = placeOfUrl(url)
    if (place !== null) return place
  }
  return 'Node itself'
}

function placeOfUrl(url: string): string | null {
  if (url === '') return null
  const own = /\/packages\/(\w+)\/src\/(\w+)(\/?)/.exec(url)
  if (own !== null) return own[3] === '/' ? `${own[1]}/${own[2]}` : own[1]!
  const library = /\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)
  if (library !== null) return library[1]!
  const builtIn = /^node:(?:internal\/)?_?([a-z]+)/.exec(url)
  return builtIn === null ? 'other' : `node:${builtIn[1]}`
}

const short = ({ url, lineNumber }: Frame): string =>
  `${url.replace(/^.*\/(?:packages|node_modules)\//, '')}:${lineNumber + 1}`

/** The profile of a row as text: where the time of each thread went. */
export function renderProfile(name: string, threads: readonly ThreadProfile[]): string {
  const sections = threads
    .filter(({ busySeconds }) => busySeconds > 0.5)
    .flatMap(({ thread, busySeconds, places, functions }) => [
      `${name}, ${thread}: ${busySeconds.toFixed(1)} s busy`,
      ...places.slice(0, 14).map(line),
      '  of these:',
      ...functions.slice(0, 25).map(line),
    ])
  return `${sections.join('\n')}\n`
}

const line = ({ what, share }: Share): string => `  ${(share * 100).toFixed(1).padStart(5)} %  ${what}`
