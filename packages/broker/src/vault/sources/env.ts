import { defineSource, unresolved } from '../reference.ts'

/** Bursar's own settings: a key ring or admin key must not leave as somebody's client secret. */
const OWN_PREFIX = 'BURSAR_'

/** A variable in the environment of the broker, read at each use. */
export const env = defineSource<'env'>({
  open:
    ({ env }) =>
    async ({ name }) => {
      if (name.toUpperCase().startsWith(OWN_PREFIX)) {
        throw unresolved(
          `Environment variable ${name} belongs to Bursar itself.`,
          'Use a variable with another prefix.',
        )
      }
      const value = Object.hasOwn(env, name) ? env[name] : undefined
      if (value === undefined) {
        const hint = `Set ${name} for the process that runs "bursar serve", then restart it.`
        throw unresolved(`Environment variable ${name} is not set.`, hint)
      }
      if (value === '')
        throw unresolved(`Environment variable ${name} is empty.`, `Give ${name} a value, then restart.`)
      return value
    },
})
