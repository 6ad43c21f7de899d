import { createHash } from 'node:crypto'
import { type Dirent, readdirSync, readFileSync, statSync } from 'node:fs'
import { extname, join, relative, sep } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import type { Coding } from '../../http/content-coding.ts'

/** A built file as it goes out. */
export interface Asset {
  bytes: Buffer
  type: string
  etag: string
  /** Its name holds a hash of its content: it never changes. */
  isImmutable: boolean
  compressed(coding: Coding): Promise<Buffer>
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.svg': 'image/svg+xml',
  '.webmanifest': 'application/manifest+json',
  '.txt': 'text/plain; charset=utf-8',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
}
const SQUEEZABLE = /^(text\/|application\/(json|manifest|wasm)|image\/svg)/
const HASHED = /^assets\/.*-[\w-]{8,}\.\w+$/

export const isSqueezable = ({ type, bytes }: Asset): boolean => SQUEEZABLE.test(type) && bytes.length > 512

/**
 * The files of a build, by path below its folder; null when there is no build. Only what was found there is
 * ever served, so that no path leads out of it. Read again when the build is newer.
 */
export function createAssets(folder: string): () => ReadonlyMap<string, Asset> | null {
  let builtMs = 0
  let files: ReadonlyMap<string, Asset> | null = null
  return () => {
    const index = statSync(join(folder, 'index.html'), { throwIfNoEntry: false })
    if (index === undefined) return null
    if (files === null || index.mtimeMs !== builtMs) {
      files = readFolder(folder)
      builtMs = index.mtimeMs
    }
    return files
  }
}

function readFolder(folder: string): Map<string, Asset> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true })
  return new Map(
    entries
      .filter((entry: Dirent) => entry.isFile() && !/\.(br|gz)$/.test(entry.name))
      .map((entry) => {
        const path = join(entry.parentPath, entry.name)
        const name = relative(folder, path).split(sep).join('/')
        return [name, readAsset(path, name)]
      }),
  )
}

function readAsset(path: string, name: string): Asset {
  const bytes = readFileSync(path)
  const squeezed = new Map<Coding, Promise<Buffer>>()
  return {
    bytes,
    type: TYPES[extname(name)] ?? 'application/octet-stream',
    etag: `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`,
    isImmutable: HASHED.test(name),
    compressed(coding) {
      const known = squeezed.get(coding)
      if (known !== undefined) return known
      const made = CODERS[coding](bytes)
      squeezed.set(coding, made)
      return made
    },
  }
}

const CODERS: Readonly<Record<Coding, (bytes: Buffer) => Promise<Buffer>>> = {
  br: (bytes) => promisify(brotliCompress)(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }),
  gzip: (bytes) => promisify(gzip)(bytes, { level: 9 }),
}
