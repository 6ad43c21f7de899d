import { type OutsideReference, SOURCE_NAMES, type SourceName } from '@bursar/domain/outside-reference.ts'
import { Secret } from '@bursar/domain/secret.ts'
import { within } from './client.ts'
import { type ReadReference, type SourceWorld, unresolved } from './reference.ts'
import { SOURCES } from './sources/table.ts'
import type { SecretSources } from './vault.ts'

const MAX_BYTES = 64 * 1024

/** Reads references at each use, so that a rotated value counts at once; nothing is cached. */
export function createSecretSources(world: SourceWorld): SecretSources {
  const warned = new Set<string>()
  const warn = (sentence: string) => {
    if (warned.has(sentence)) return
    warned.add(sentence)
    world.warn(sentence)
  }
  const opened = Object.fromEntries(
    SOURCE_NAMES.map((name) => [name, SOURCES[name].open({ ...world, warn })]),
  ) as Record<SourceName, ReadReference>
  return {
    async resolve(reference: OutsideReference) {
      const { from } = reference
      if (!world.enabled.includes(from)) {
        throw unresolved(
          `Secrets of the source "${from}" are turned off.`,
          `Add ${from} to BURSAR_SECRET_SOURCES.`,
        )
      }
      const value = await within(world.deadlineMs, opened[from](reference), () => late(reference))
      if (value === '')
        throw unresolved(`The secret ${placeOf(reference)} is empty.`, 'Give it a value there.')
      if (Buffer.byteLength(value) > MAX_BYTES) {
        const hint = 'Name a place that holds just the secret.'
        throw unresolved(`The secret ${placeOf(reference)} is larger than ${MAX_BYTES} bytes.`, hint)
      }
      return new Secret(value)
    },
  }
}

const placeOf = (reference: OutsideReference) => ('path' in reference ? reference.path : reference.name)

const late = (reference: OutsideReference) =>
  unresolved(`The secret ${placeOf(reference)} could not be read in time.`, 'It is tried again later.')
