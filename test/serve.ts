import { serve } from '@bursar/broker/server/main.ts'

/** `serve` by itself, as a process. */
try {
  await serve({}, process.env)
} catch {
  process.exitCode = 1
}
