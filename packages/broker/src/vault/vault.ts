import type { OutsideReference } from '@bursar/domain/outside-reference.ts'
import type { Secret } from '@bursar/domain/secret.ts'

/** Where a sealed value stands; bound into it as associated data, so that it opens nowhere else. */
export interface Place {
  workspaceId: string
  table: string
  row: string
  column: string
}

/** Seals with AES-256-GCM under the workspace's data key, which the key ring wraps. Synchronous and fast. */
export interface Envelope {
  seal(place: Place, plain: string): Uint8Array
  /** Throws `vault.damaged` when it was altered or moved. */
  open(place: Place, sealed: Uint8Array): string
}

/** Reads secrets that live elsewhere. */
export interface SecretSources {
  /** Throws `secret.unresolved` with the reference (never the value) and a hint. */
  resolve(reference: OutsideReference): Promise<Secret>
}
