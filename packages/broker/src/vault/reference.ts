import type { OutsideReference } from '@bursar/domain/credential.ts'
import { BursarError } from '@bursar/domain/error.ts'

/** What a source may use to read. */
export interface SourceWorld {
  env: Readonly<Record<string, string | undefined>>
  /** Bursar's own files: no reference may read them. */
  dataDir: string
  /** Told once per place that is readable by others than its owner. */
  warn: (sentence: string) => void
}

/** One kind of place where secrets live. */
export interface SecretSource<R extends OutsideReference = OutsideReference> {
  /** Reads the value, or throws {@link unresolved}. It is kept nowhere. */
  read(reference: R, world: SourceWorld): Promise<string>
}

/** Ties a source to its kind of reference. */
export const defineSource = <From extends OutsideReference['from']>(
  source: SecretSource<Extract<OutsideReference, { from: From }>>,
) => source

/** `secret.unresolved` with the reference, never the value. */
export const unresolved = (what: string, hint: string) =>
  new BursarError('secret.unresolved', { detail: what, hint })
