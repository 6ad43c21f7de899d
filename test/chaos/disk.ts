import { spawnSync } from 'node:child_process'
import { closeSync, copyFileSync, mkdirSync, openSync, readdirSync, rmSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** The disk of the embedded database: a small one of its own that can fill up and lose its power. */
export interface Disk {
  dataDir: string
  /** For the broker process, so that what it syncs is known; null where there is no compiler. */
  env: Record<string, string> | null
  /** Null where a file system may not be mounted. */
  fill: (() => void) | null
  drain(): void
  /** Leaves what was synced and nothing else. The process that wrote has to be gone. */
  cutPower(): void
  remove(): void
}

const SIZE_MB = 64

export function openDisk(folder: string, say: (line: string) => void): Disk {
  const dataDir = join(folder, 'disk')
  const shadow = join(folder, 'shadow')
  const library = join(folder, 'power-cut.so')
  for (const each of [dataDir, shadow]) mkdirSync(each, { mode: 0o700 })
  const mount = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${SIZE_MB}m`, 'tmpfs', dataDir], {
    encoding: 'utf8',
  })
  const mounted = mount.status === 0
  if (!mounted) say(`no full disk: ${(mount.stderr ?? mount.error?.message ?? '').trim()}`)
  const source = join(import.meta.dirname, 'power-cut.c')
  const gcc = spawnSync('gcc', ['-O1', '-shared', '-fPIC', '-o', library, source, '-ldl', '-lpthread'])
  if (gcc.status !== 0) say('no power cut: there is no gcc')
  const filler = join(dataDir, 'filler')
  return {
    dataDir,
    env: gcc.status === 0 ? { LD_PRELOAD: library, CHAOS_DISK: dataDir, CHAOS_SHADOW: shadow } : null,
    fill: mounted ? () => fillUp(filler) : null,
    drain: () => rmSync(filler, { force: true }),
    cutPower() {
      for (const name of readdirSync(dataDir)) rmSync(join(dataDir, name), { recursive: true })
      for (const name of readdirSync(shadow)) {
        if (name.endsWith('%part')) continue
        const path = join(dataDir, name.replaceAll('%', '/'))
        mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
        copyFileSync(join(shadow, name), path)
      }
    },
    remove() {
      if (mounted) spawnSync('umount', [dataDir])
    },
  }
}

function fillUp(path: string): void {
  const file = openSync(path, 'w')
  try {
    for (const size of [1_048_576, 4_096]) {
      const block = new Uint8Array(size)
      try {
        for (let written = 0; written < SIZE_MB * 1_048_576; written += size) writeSync(file, block)
      } catch {
        // Full, to within one block of this size.
      }
    }
  } finally {
    closeSync(file)
  }
}
