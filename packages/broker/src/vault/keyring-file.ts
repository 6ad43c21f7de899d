import { randomUUID } from 'node:crypto'
import { link, mkdir, open, rename, unlink } from 'node:fs/promises'
import { dirname } from 'node:path'
import { BursarError } from '@bursar/domain/error.ts'
import { addRandomKey, type Keyring, type KeyringDocument, parseKeyringText } from './keyring.ts'

const MAX_BYTES = 256 * 1024

/** Reads the ring of a file, or writes one with a random key where there is none. */
export async function loadKeyringFile(path: string): Promise<{ keyring: Keyring; created: boolean }> {
  const text = await readPrivate(path)
  if (text !== null) return { keyring: parseKeyringText(text, path), created: false }
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  const created = await writePrivate(path, addRandomKey(null), 'keep')
  const written = await readPrivate(path)
  if (written === null)
    throw new BursarError('settings.invalid', { detail: `${path} vanished while it was read.` })
  return { keyring: parseKeyringText(written, path), created }
}

/** Adds a random key and makes it the active one. What the older keys wrapped still opens. */
export async function rotateKeyringFile(path: string): Promise<Keyring> {
  const text = await readPrivate(path)
  if (text === null) throw new BursarError('settings.invalid', { detail: `There is no key ring at ${path}.` })
  parseKeyringText(text, path)
  const document = addRandomKey(JSON.parse(text) as KeyringDocument)
  await writePrivate(path, document, 'replace')
  return parseKeyringText(JSON.stringify(document), path)
}

/** The text of a file that only its owner can read; null when there is none. */
async function readPrivate(path: string): Promise<string | null> {
  const file = await open(path, 'r').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw new BursarError('settings.invalid', {
      detail: `The key ring ${path} can not be read (${error.code}).`,
    })
  })
  if (file === null) return null
  try {
    const { mode, size } = await file.stat()
    if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
      const octal = (mode & 0o777).toString(8).padStart(4, '0')
      throw new BursarError('settings.invalid', {
        detail: `The key ring ${path} has mode ${octal}, so others than its owner can reach it.`,
        hint: `chmod 600 ${path}`,
      })
    }
    if (size > MAX_BYTES)
      throw new BursarError('settings.invalid', { detail: `The key ring ${path} is too large.` })
    return await file.readFile('utf8')
  } finally {
    await file.close()
  }
}

/**
 * Writes beside the file, makes it durable, then puts it in place in one step. With `keep`, a file that
 * another process put there first stays, and the answer is false.
 */
async function writePrivate(
  path: string,
  document: KeyringDocument,
  existing: 'keep' | 'replace',
): Promise<boolean> {
  const draft = `${path}.${randomUUID()}.draft`
  const file = await open(draft, 'wx', 0o600)
  try {
    await file.writeFile(`${JSON.stringify(document, null, 2)}\n`)
    await file.sync()
  } finally {
    await file.close()
  }
  try {
    if (existing === 'replace') await rename(draft, path)
    else await link(draft, path)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  } finally {
    if (existing === 'keep') await unlink(draft)
    await syncDirectory(dirname(path))
  }
}

/** Without this the name of a new file may not survive a power cut, although its content would. */
async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r')
  try {
    await directory.sync()
  } finally {
    await directory.close()
  }
}
