import { z } from 'zod'
import type { Problem } from '../../error.ts'
import { pointer } from '../../problem.ts'

export const CREDENTIALS = '/data/attributes/credentials'

/** Further parameters of the token request. */
export const options = z
  .record(z.string().min(1).max(256), z.union([z.string().max(16_384), z.number(), z.boolean()]))
  .optional()
  .describe('Further parameters of the token request, such as scope and audience.')
export type Options = z.infer<typeof options>

/** As they are sent. */
export const optionParameters = (written: Options): Record<string, string> =>
  Object.fromEntries(Object.entries(written ?? {}).map(([name, value]) => [name, String(value)]))

/** Parameters that are not free to choose, each with the reason. */
export const optionProblems = (written: Options, taken: Readonly<Record<string, string>>): Problem[] =>
  Object.keys(written ?? {})
    .filter((name) => Object.hasOwn(taken, name))
    .map((name) => ({
      path: pointer(`${CREDENTIALS}/options`, [name]),
      code: 'invalid-secret',
      detail: taken[name]!,
    }))

export const seconds = (least: number) => z.int().min(least).max(315_360_000)

/** Seconds before the end at which the token is replaced. */
export const refreshOffset = (implicit: number) =>
  seconds(0).default(implicit).describe(`Seconds before the end at which the token is replaced.`)

export const text = z.string().min(1).max(16_384)
