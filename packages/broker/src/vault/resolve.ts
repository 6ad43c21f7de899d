import type { OutsideReference } from '@bursar/domain/credential.ts'
import { Secret } from '@bursar/domain/secret.ts'
import type { SecretSource, SourceWorld } from './reference.ts'
import { SOURCES } from './sources/table.ts'
import type { SecretSources } from './vault.ts'

/** Reads references at each use, so that a rotated file or variable counts at once; nothing is cached. */
export function createSecretSources(world: SourceWorld): SecretSources {
  const warned = new Set<string>()
  const warn = (sentence: string) => {
    if (warned.has(sentence)) return
    warned.add(sentence)
    world.warn(sentence)
  }
  return {
    async resolve(reference: OutsideReference) {
      const source = SOURCES[reference.from] as SecretSource
      return new Secret(await source.read(reference, { ...world, warn }))
    },
  }
}
