import manifest from '../package.json' with { type: 'json' }

/** One version for the whole house. */
export const VERSION: string = manifest.version
