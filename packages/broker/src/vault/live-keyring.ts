import type { Keyring } from './keyring.ts'
import { rotateKeyringFile } from './keyring-file.ts'
import { type KeyringSettings, loadKeyring } from './keyring-source.ts'

/** The key ring of a running broker: it can be read again, and where it is a file of ours, get a new key. */
export interface LiveKeyring extends Keyring {
  /** Where it comes from, for people. */
  readonly origin: string
  readonly created: boolean
  /** Whether this process may add a key to it. */
  readonly canRotate: boolean
  /** Reads it again; keeps what it had when that fails, and throws. */
  reload(): Promise<void>
  /** Adds a random key, which is active from then on; answers its id. */
  rotate(): Promise<string>
}

export async function openLiveKeyring(settings: KeyringSettings): Promise<LiveKeyring> {
  const { keyring, origin, created } = await loadKeyring(settings)
  let current = keyring
  const file = settings.source === null || settings.source.startsWith('file:') ? origin : null
  return {
    origin,
    created,
    canRotate: file !== null,
    get active() {
      return current.active
    },
    get ids() {
      return current.ids
    },
    find: (id) => current.find(id),
    async reload() {
      current = (await loadKeyring(settings)).keyring
    },
    async rotate() {
      current = await rotateKeyringFile(file!)
      return current.active.id
    },
  }
}
