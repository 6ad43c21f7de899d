import { z } from 'zod'

/** What a delegate is for; the kind stands in the middle of its descriptor id. */
export type DelegateKind = 'conditions' | 'actions' | 'dataElements'

/** Something an extension can do: look at an event, find a value, send a request. */
export interface Delegate {
  /** `<package>::<kind>::<name>`, as `delegate_descriptor_id` says it. */
  id: string
  package: string
  kind: DelegateKind
  name: string
  displayName: string
  settings: z.ZodType
}

/** An extension package as it comes with Bursar. */
export interface ExtensionPackage {
  name: string
  displayName: string
  description: string
  version: string
  delegates: readonly Delegate[]
}

const REFERENCE_ONLY = /^\{\{([^}]+)\}\}$/
const reference = z.string().regex(REFERENCE_ONLY, 'It is a data element: {{name}}.')

const oneSecret = z.strictObject({
  id: z.string().min(1, 'The id is empty.'),
  name: z.string().min(1, 'The name is empty.'),
})

/** One secret for each stage, and nothing else. */
export const secretElementSettings = z.strictObject({
  secrets: z
    .strictObject({
      development: oneSecret.optional(),
      staging: oneSecret.optional(),
      production: oneSecret.optional(),
    })
    .optional(),
})
export type SecretElementSettings = z.infer<typeof secretElementSettings>

/** Of the condition that compares two values: which operator takes which operands. */
const caseInsensitive = z.boolean().optional()
const valueComparison = z.union([
  z.strictObject({
    leftOperand: reference,
    comparison: z.strictObject({ operator: z.enum(['equals', 'doesNotEqual']), caseInsensitive }),
    rightOperand: z.union([z.number(), z.string()]),
  }),
  z.strictObject({
    leftOperand: reference,
    comparison: z.strictObject({
      operator: z.enum([
        'contains',
        'doesNotContain',
        'startsWith',
        'doesNotStartWith',
        'endsWith',
        'doesNotEndWith',
        'matchesRegex',
        'doesNotMatchRegex',
      ]),
      caseInsensitive,
    }),
    rightOperand: z.string().min(1).max(4_096),
  }),
  z.strictObject({
    leftOperand: reference,
    comparison: z.strictObject({
      operator: z.enum(['lessThan', 'lessThanOrEqual', 'greaterThan', 'greaterThanOrEqual']),
    }),
    rightOperand: z.union([z.number(), reference]),
  }),
  z.strictObject({
    leftOperand: reference,
    comparison: z.strictObject({ operator: z.enum(['isTrue', 'isTruthy', 'isFalse', 'isFalsy']) }),
  }),
])
export type ValueComparisonSettings = z.infer<typeof valueComparison>

const MAX_PATH = 1_024

export const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const

const sendData = z.strictObject({
  method: z.enum(METHODS),
  url: z
    .string()
    .max(16_384)
    .regex(
      /^https?:\/\/|^\{\{/i,
      'A URL begins with https:// (http:// where the broker allows it), or with a data element.',
    ),
  headers: z
    .array(
      z.strictObject({
        key: z.string().regex(/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/, 'It is not the name of a header.'),
        value: z.string().max(16_384),
      }),
    )
    .max(100)
    .optional(),
  body: z.union([z.record(z.string(), z.unknown()), z.string()]).optional(),
  responseKey: z.string().min(1).max(256).optional(),
  useMtls: z.literal(false, 'Client certificates are not offered: leave it out or say false.').optional(),
})
export type SendDataSettings = z.infer<typeof sendData>

const define = (
  packageName: string,
  kind: DelegateKind,
  name: string,
  displayName: string,
  settings: z.ZodType,
): Delegate => ({
  id: `${packageName}::${kind}::${name}`,
  package: packageName,
  kind,
  name,
  displayName,
  settings,
})

export const SECRET_ELEMENT = 'core::dataElements::secret'
export const CONSTANT_ELEMENT = 'core::dataElements::constant'
export const SEND_DATA = 'adobe-cloud-connector::actions::send-data'

/** Delegate ids and settings are those of Adobe's packages of the same names; the constant is ours. */
export const EXTENSION_PACKAGES: readonly ExtensionPackage[] = [
  {
    name: 'core',
    displayName: 'Core',
    description: 'Data elements and conditions that every property has.',
    version: '1.4.0',
    delegates: [
      define('core', 'dataElements', 'secret', 'Secret', secretElementSettings),
      define(
        'core',
        'dataElements',
        'constant',
        'Constant',
        z.strictObject({ value: z.string().max(65_536) }),
      ),
      define(
        'core',
        'dataElements',
        'path',
        'Path',
        z.strictObject({ path: z.string().min(1).max(MAX_PATH) }),
      ),
      define('core', 'dataElements', 'ip', 'IP', z.strictObject({})),
      define('core', 'conditions', 'value-comparison', 'Value Comparison', valueComparison),
    ],
  },
  {
    name: 'adobe-cloud-connector',
    displayName: 'Adobe Cloud Connector',
    description: 'Sends requests to any address that the destination rules allow.',
    version: '1.2.0',
    delegates: [define('adobe-cloud-connector', 'actions', 'send-data', 'Make Fetch Call', sendData)],
  },
]

const byId = new Map(
  EXTENSION_PACKAGES.flatMap(({ delegates }) =>
    delegates.map((delegate) => [delegate.id, delegate] as const),
  ),
)

export const delegateOf = (id: string): Delegate | undefined => byId.get(id)

/** Of Adobe's core package, and not offered: they run JavaScript that somebody wrote into a setting. */
export const isCustomCode = (id: string): boolean => /^core::\w+::custom-code$/.test(id)
