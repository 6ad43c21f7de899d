import { fileURLToPath } from 'node:url'

/** Where the built console lies: the folder that a setting names, else `dist` of the package beside this one. */
export const consoleFolder = (setting: string | null): string =>
  setting ?? fileURLToPath(new URL('../../../console/dist', import.meta.url))
