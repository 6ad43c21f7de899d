import { z } from 'zod'

/** Where a token may go: a URL prefix, with methods where not all are meant. */
export const destination = z.union([
  z.string().describe('A URL; the host may start with `*.`'),
  z.strictObject({ url: z.string(), methods: z.array(z.string()).min(1) }),
])
