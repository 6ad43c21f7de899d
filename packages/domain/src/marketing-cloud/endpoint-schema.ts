import { z } from 'zod'
import { isHeaderValue, isSettableHeader } from '../header-syntax.ts'
import { httpUrl } from '../http-url.ts'
import { externalKey } from './external-key.ts'
import { knob } from './ranges.ts'

/** `securityOptions`: which security context's token goes along. Nothing else may stand in it. */
const securityOptions = z.strictObject({
  securityType: z.literal('securityContext', 'The only securityType is securityContext.'),
  securityContextKey: externalKey,
})

const OWN_HEADERS = 'Authorization comes from a security context, Content-Type from the kind of body.'

/** Nothing, lines of `Name: value`, or an object. */
const header = z
  .union([z.string(), z.record(z.string(), z.string())])
  .optional()
  .transform((written, context): Array<readonly [name: string, value: string]> => {
    const pairs =
      typeof written === 'string'
        ? written
            .split('\n')
            .map((line) => line.trim())
            .filter(Boolean)
            .map((line) => [line.split(':', 1)[0]!, line.slice(line.indexOf(':') + 1).trim()] as const)
        : Object.entries(written ?? {})
    for (const [name, value] of pairs) {
      const path = typeof written === 'string' ? [] : [name]
      if (!isSettableHeader(name) || !isHeaderValue(value)) {
        context.addIssue({ code: 'custom', path, message: 'Not a header field that may be set.' })
      } else if (/^(?:authorization|content-type)$/i.test(name)) {
        context.addIssue({ code: 'custom', path, message: OWN_HEADERS })
      }
    }
    return pairs
  })

const verb = z
  .string()
  .optional()
  .refine((written) => written === undefined || written.toUpperCase() === 'POST', 'The only verb is POST.')

/** Members of every endpoint, of `execute` as of the phases of `configurationArguments`. */
export const endpointMembers = {
  url: httpUrl,
  verb,
  body: z.union([z.string(), z.record(z.string(), z.unknown())]).optional(),
  header,
  useJwt: z.boolean().default(false),
  customerKey: z.union([z.literal(''), externalKey]).optional(),
  timeout: knob('timeout'),
  securityOptions: securityOptions.optional(),
}

export const phaseSchema = z.looseObject(endpointMembers)

const listOfObjects = z.array(z.record(z.string(), z.unknown())).default([])

export const executeSchema = z.looseObject({
  ...endpointMembers,
  inArguments: listOfObjects,
  outArguments: listOfObjects,
  format: z
    .string()
    .optional()
    .refine(
      (written) => written === undefined || written === '' || written.toLowerCase() === 'json',
      'The only format is json.',
    ),
  retryCount: knob('retryCount'),
  retryDelay: knob('retryDelay'),
  concurrentRequests: knob('concurrentRequests'),
})
