import { constants } from 'node:fs'
import { open, realpath } from 'node:fs/promises'
import { isAbsolute, resolve, sep } from 'node:path'
import { defineSource, type SourceWorld, unresolved } from '../reference.ts'

const MAX_BYTES = 64 * 1024
/** `/proc/self/environ` is a regular file too, and holds every secret of the process. */
const SYSTEM_DIRECTORIES = ['/proc', '/sys', '/dev']

/** A file, read at each use; one trailing line break does not belong to the value. */
export const file = defineSource<'file'>({
  open:
    (world) =>
    async ({ path }) => {
      if (!isAbsolute(path))
        throw unresolved(`The path ${path} is not absolute.`, 'Write the path from the root.')
      const bytes = await readBounded(path, await findReal(path, world.dataDir), world.warn)
      const text = decodeStrictly(bytes, path).replace(/\r?\n$/, '')
      if (text === '') throw unresolved(`The file ${path} is empty.`, 'Write the secret into it.')
      return text
    },
})

/** Follows links, as orchestrators mount secrets through them, and judges where they end. */
async function findReal(path: string, dataDir: string): Promise<string> {
  const real = await realpath(path).catch((error) => Promise.reject(unreadable(path, error)))
  const own = await realpath(dataDir).catch(() => resolve(dataDir))
  if (
    [own, ...SYSTEM_DIRECTORIES].some((directory) => real === directory || real.startsWith(directory + sep))
  ) {
    const hint = 'Secrets live outside of the data directory of Bursar and of /proc, /sys and /dev.'
    throw unresolved(`The file ${path} may not be read as a secret.`, hint)
  }
  return real
}

async function readBounded(path: string, real: string, warn: SourceWorld['warn']): Promise<Buffer> {
  // Non-blocking, since opening a named pipe would otherwise wait for a writer.
  const flags = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW
  const handle = await open(real, flags).catch((error) => Promise.reject(unreadable(path, error)))
  try {
    const { mode, size, ...stats } = await handle
      .stat()
      .then((s) => ({ mode: s.mode, size: s.size, file: s.isFile() }))
    if (!stats.file)
      throw unresolved(`${path} is not a regular file.`, 'Name a file that holds just the secret.')
    if (size > MAX_BYTES) throw tooLarge(path)
    if ((mode & 0o004) !== 0)
      warn(`The secret file ${path} is readable by every user of this machine: chmod o-r ${path}`)
    const buffer = Buffer.alloc(MAX_BYTES + 1)
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, 0)
    if (bytesRead > MAX_BYTES) throw tooLarge(path)
    return buffer.subarray(0, bytesRead)
  } finally {
    await handle.close()
  }
}

function decodeStrictly(bytes: Buffer, path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw unresolved(`The file ${path} is not UTF-8 text.`, 'Write the secret as text, keys as PEM.')
  }
}

const HINTS: Readonly<Record<string, string>> = {
  ENOENT: 'There is no such file on the machine that runs the broker.',
  EACCES: 'The user that runs the broker may not read it.',
}

function unreadable(path: string, error: NodeJS.ErrnoException): Error {
  const code = error.code ?? 'no code'
  return unresolved(
    `The file ${path} can not be read (${code}).`,
    HINTS[code] ?? 'Check the path and its permissions.',
  )
}

const tooLarge = (path: string) =>
  unresolved(`The file ${path} is larger than ${MAX_BYTES} bytes.`, 'Name a file that holds just the secret.')
