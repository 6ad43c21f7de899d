import { readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { expect, test } from 'vitest'

const ROOT = resolve(import.meta.dirname, '..')
const PACKAGES = join(ROOT, 'packages')

interface SourceFile {
  /** Relative to `packages/`, such as `broker/src/store/open.ts`. */
  path: string
  text: string
  /** What it imports: a path like the above, or the name of a library. */
  imports: string[]
}

const sources = filesBelow(PACKAGES)
  .filter((path) => /\/src\/.*\.tsx?$/.test(path) && !path.includes('node_modules'))
  .map(readSource)

/** Which packages may stand in an import of a package, libraries aside. */
const MAY_DEPEND_ON: Record<string, readonly string[]> = {
  pebble: [],
  domain: ['pebble'],
  broker: ['domain'],
  client: ['domain'],
  cli: ['client', 'domain', 'broker'],
  console: ['client', 'domain'],
}

/** The layers of the broker, from the bottom: a layer knows those before it. */
const LAYERS: ReadonlyArray<readonly string[]> = [
  ['outbound', 'vault', 'store', 'issuer', 'http', 'rule-engine'],
  ['operations'],
  ['refresher', 'injector', 'doors'],
  ['server'],
]

test('packages depend on each other in one direction only', () => {
  const wrong = edges((from, to) => {
    const [a, b] = [packageOf(from), packageOf(to)]
    return a !== b && !MAY_DEPEND_ON[a]?.includes(b)
  })
  expect(wrong).toEqual([])
})

test('the command line loads the broker through its server only', () => {
  const wrong = edges(
    (from, to) => packageOf(from) === 'cli' && packageOf(to) === 'broker' && layerOf(to) !== 3,
  )
  expect(wrong).toEqual([])
})

test('the layers of the broker point downwards: tools, operations, entrances, server', () => {
  const wrong = edges((from, to) => {
    if (packageOf(from) !== 'broker' || packageOf(to) !== 'broker') return false
    return layerOf(from) < layerOf(to)
  })
  expect(wrong).toEqual([])
})

test('tools do not know each other, nor do entrances', () => {
  const wrong = edges((from, to) => {
    if (packageOf(from) !== 'broker' || packageOf(to) !== 'broker') return false
    const level = layerOf(from)
    return (level === 0 || level === 2) && level === layerOf(to) && folderOf(from) !== folderOf(to)
  })
  expect(wrong).toEqual([])
})

test('doors do not know each other', () => {
  const doorOf = (path: string) => path.split('/')[3]
  const wrong = edges(
    (from, to) => folderOf(from) === 'doors' && folderOf(to) === 'doors' && doorOf(from) !== doorOf(to),
  )
  expect(wrong).toEqual([])
})

test('no file is in an import cycle', () => {
  expect(findCycle()).toBeNull()
})

test('the rules touch nothing of the world', () => {
  const allowed = { domain: ['zod'], pebble: [] as string[] }
  const wrong = sources
    .filter(({ path }) => packageOf(path) === 'domain' || packageOf(path) === 'pebble')
    .flatMap(({ path, imports }) =>
      imports
        .filter((name) => !isSource(name) && !allowed[packageOf(path) as 'domain' | 'pebble'].includes(name))
        .map((name) => `${path} imports ${name}`),
    )
  expect(wrong).toEqual([])
})

test('only the clock reads the clock', () => {
  const reads = /\bDate\.now\(|\bnew Date\(\)|\bperformance\.now\(|\bprocess\.hrtime\b/
  const wrong = sources
    .filter(({ path }) => /^(broker|domain|pebble)\//.test(path) && path !== 'broker/src/server/clock.ts')
    .filter(({ text }) => reads.test(withoutComments(text)))
    .map(({ path }) => path)
  expect(wrong).toEqual([])
})

test('only outbound opens connections to others', () => {
  const openers = new Set(['undici', 'node:http', 'node:https', 'node:net', 'node:tls', 'node:dgram'])
  // A server listens, and a delivery hands sockets on: types and listeners, no connections.
  const calls = /\b(net|tls|http|https)\.(connect|request|createConnection|get)\(|(?<![.\w])fetch\(/
  const wrong = sources
    .filter(({ path }) => path.startsWith('broker/') && folderOf(path) !== 'outbound')
    .filter(
      ({ text, imports }) => imports.some((name) => openers.has(name)) && calls.test(withoutComments(text)),
    )
    .map(({ path }) => path)
  expect(wrong).toEqual([])
})

test('no folder or file is called after nothing in particular', () => {
  const vague = /^(utils?|helpers?|common|shared|core|types|misc|lib)(\.tsx?)?$/
  const wrong = sources.filter(({ path }) =>
    path
      .split('/')
      .slice(2)
      .some((part) => vague.test(part)),
  )
  expect(wrong.map(({ path }) => path)).toEqual([])
})

test('files stay small: the median is at most 120 lines, none is past 500', () => {
  const lines = sources.map(({ text }) => text.split('\n').length).sort((a, b) => a - b)
  expect(lines[Math.floor(lines.length / 2)]).toBeLessThanOrEqual(120)
  const long = sources.filter(({ text }) => text.split('\n').length > 500).map(({ path }) => path)
  expect(long).toEqual([])
})

function filesBelow(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name)
    if (name === 'node_modules' || name === 'dist') return []
    return statSync(path).isDirectory() ? filesBelow(path) : [path]
  })
}

function readSource(file: string): SourceFile {
  const text = readFileSync(file, 'utf8')
  const found = text.matchAll(
    /(?:^|\n)\s*(?:import|export)\s[^'"`;]*?from\s+['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]/g,
  )
  const imports = [...found].map(([, fixed, lazy]) => resolveImport(file, (fixed ?? lazy)!))
  return { path: relative(PACKAGES, file), text, imports }
}

function resolveImport(file: string, name: string): string {
  if (name.startsWith('.')) return relative(PACKAGES, resolve(dirname(file), name))
  const [, workspace, rest] = /^@bursar\/(\w+)(?:\/(.*))?$/.exec(name) ?? []
  if (workspace === undefined) return name
  return `${workspace}/src/${rest ?? 'index.ts'}`
}

const isSource = (name: string) => /^\w+\/src\//.test(name)
const packageOf = (path: string) => path.split('/')[0]!
const folderOf = (path: string) => path.split('/')[2]!
const layerOf = (path: string) => LAYERS.findIndex((layer) => layer.includes(folderOf(path)))

function edges(isWrong: (from: string, to: string) => boolean): string[] {
  return sources.flatMap(({ path, imports }) =>
    imports.filter((to) => isSource(to) && isWrong(path, to)).map((to) => `${path} imports ${to}`),
  )
}

function findCycle(): string[] | null {
  const byPath = new Map(sources.map((source) => [source.path, source]))
  const done = new Set<string>()
  const trail: string[] = []
  const visit = (path: string): string[] | null => {
    if (trail.includes(path)) return [...trail.slice(trail.indexOf(path)), path]
    if (done.has(path)) return null
    trail.push(path)
    for (const next of byPath.get(path)?.imports ?? []) {
      const cycle = byPath.has(next) ? visit(next) : null
      if (cycle) return cycle
    }
    trail.pop()
    done.add(path)
    return null
  }
  for (const { path } of sources) {
    const cycle = visit(path)
    if (cycle) return cycle
  }
  return null
}

const withoutComments = (text: string) => text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '')
