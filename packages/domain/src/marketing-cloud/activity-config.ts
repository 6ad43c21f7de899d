import { z } from 'zod'
import type { Problem } from '../error.ts'
import { isObject } from '../json.ts'
import { pointer, problem } from '../problem.ts'
import { problemsOfIssues } from '../schema-problem.ts'
import { parseTarget } from '../target-url.ts'
import { type BindingScope, compileBinding } from './binding.ts'
import { executeSchema, phaseSchema } from './endpoint-schema.ts'

export const PHASES = ['save', 'validate', 'publish', 'unpublish', 'stop'] as const
export type Phase = (typeof PHASES)[number]

/** Somewhere an activity is called, ready to be called. */
export interface Endpoint {
  /** JSON pointer of it in the configuration. */
  pointer: string
  url: string
  header: ReadonlyArray<readonly [name: string, value: string]>
  /** Replaces the standard body. */
  body: ((scope: BindingScope) => unknown) | null
  useJwt: boolean
  /** External key of the Salt key that signs. */
  customerKey: string | null
  timeoutMs: number
  /** External key of the security context; null sends no token, because none is asked for. */
  securityContextKey: string | null
}

export interface ExecuteEndpoint extends Endpoint {
  inArguments: (scope: BindingScope) => unknown
  outArguments: readonly Record<string, unknown>[]
  retryCount: number
  retryDelayMs: number
  concurrentRequests: number
}

const CATEGORIES = ['message', 'customer', 'flow', 'custom'] as const

/** A `config.json` that was read and found sound. */
export interface ActivityConfig {
  workflowApiVersion: '1.1' | '1.0' | '0.5'
  kind: 'REST' | 'RESTDECISION'
  category: (typeof CATEGORIES)[number]
  /** In the first language it has. */
  title: string | null
  applicationExtensionKey: string | null
  execute: ExecuteEndpoint
  phases: Partial<Record<Phase, Endpoint>>
  /** What `branchResult` may be. */
  branches: readonly string[]
}

const VERSIONS: Readonly<Record<string, ActivityConfig['workflowApiVersion']>> = {
  '1.1': '1.1',
  '1.0': '1.0',
  '1': '1.0',
  '0.5': '0.5',
}

const version = z
  .union([z.string(), z.number()])
  .refine(
    (written) => Object.hasOwn(VERSIONS, String(written)),
    'The versions that are read are 1.1, 1.0 and 0.5.',
  )
  .transform((written) => VERSIONS[String(written)]!)

const KINDS = ['REST', 'RESTDECISION'] as const
const kind = z
  .string()
  .transform((written) => written.toUpperCase())
  .pipe(z.enum(KINDS, 'The types that are read are REST and RESTDECISION.'))

const outcome = z.looseObject({
  arguments: z.looseObject({ branchResult: z.string().min(1, 'The branchResult is empty.') }),
})

const shell = z.looseObject({
  workflowApiVersion: version,
  type: kind,
  metaData: z.looseObject({ category: z.unknown().optional() }).optional(),
  lang: z.record(z.string(), z.looseObject({ name: z.string().optional() })).optional(),
  arguments: z.looseObject({ execute: executeSchema }),
  configurationArguments: z
    .looseObject({
      applicationExtensionKey: z.string().optional(),
      ...(Object.fromEntries(PHASES.map((phase) => [phase, phaseSchema.optional()])) as {
        [P in Phase]: z.ZodOptional<typeof phaseSchema>
      }),
    })
    .optional(),
  outcomes: z.array(z.unknown()).optional(),
})

export interface ConfigRules {
  /** Plain http to the machine itself, for development. */
  insecureLoopback: boolean
}

/** Reads a `config.json` and names everything that is wrong with it by JSON pointer. */
export function parseActivityConfig(
  input: unknown,
  rules: ConfigRules,
): { config: ActivityConfig } | { problems: Problem[] } {
  if (!isObject(input)) return { problems: [problem('', 'field.invalid', 'A config.json is an object.')] }
  const problems = misplacedSecurity(input)
  const parsed = shell.safeParse(input)
  if (!parsed.success) {
    problems.push(...problemsOfIssues(parsed.error.issues, shell, ''))
    return { problems }
  }
  const { data } = parsed
  const fault = (path: readonly PropertyKey[], detail: string) =>
    void problems.push(problem(pointer('', path), 'field.invalid', detail))
  const read = (written: z.infer<typeof phaseSchema>, path: readonly string[]) => {
    const insecure = insecureProblem(written.url, [...path, 'url'], rules)
    if (insecure) problems.push(insecure)
    return readEndpoint(written, path, fault)
  }
  const { execute: written } = data.arguments
  const at = ['arguments', 'execute']
  const config: ActivityConfig = {
    workflowApiVersion: data.workflowApiVersion,
    kind: data.type,
    category: CATEGORIES.find((known) => known === data.metaData?.category) ?? 'custom',
    title: Object.values(data.lang ?? {})[0]?.name ?? null,
    applicationExtensionKey: data.configurationArguments?.applicationExtensionKey ?? null,
    execute: {
      ...read(written, at),
      inArguments: compileBinding(written.inArguments, [...at, 'inArguments'], fault),
      outArguments: written.outArguments,
      retryCount: written.retryCount,
      retryDelayMs: written.retryDelay,
      concurrentRequests: written.concurrentRequests,
    },
    phases: Object.fromEntries(
      PHASES.flatMap((phase) => {
        const found = data.configurationArguments?.[phase]
        return found === undefined ? [] : [[phase, read(found, ['configurationArguments', phase])]]
      }),
    ),
    branches: data.type === 'RESTDECISION' ? readBranches(data.outcomes, problems) : [],
  }
  return problems.length > 0 ? { problems } : { config }
}

function readEndpoint(
  written: z.infer<typeof phaseSchema>,
  path: readonly string[],
  fault: (path: readonly PropertyKey[], detail: string) => void,
): Endpoint {
  const { url, header, body, useJwt, customerKey, timeout, securityOptions } = written
  return {
    pointer: pointer('', path),
    url,
    header,
    body: body === undefined || body === '' ? null : compileBinding(body, [...path, 'body'], fault),
    useJwt,
    customerKey: customerKey === undefined || customerKey === '' ? null : customerKey,
    timeoutMs: timeout,
    securityContextKey: securityOptions?.securityContextKey ?? null,
  }
}

/** Endpoints are https: contacts travel to them, and tokens. */
function insecureProblem(url: string, path: readonly string[], rules: ConfigRules): Problem | undefined {
  const parsed = parseTarget(url)
  if (!('target' in parsed) || parsed.target.scheme === 'https') return undefined
  const loopback = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(parsed.target.host)
  if (loopback && rules.insecureLoopback) return undefined
  return {
    path: pointer('', path),
    code: 'url.insecure',
    detail: 'Endpoints are called by https only.',
    hint: loopback
      ? 'For development on one machine set BURSAR_OUTBOUND_INSECURE_HTTP=loopback.'
      : 'Use the https address.',
  }
}

function readBranches(outcomes: readonly unknown[] | undefined, problems: Problem[]): string[] {
  if (outcomes === undefined || outcomes.length === 0) {
    problems.push(problem('/outcomes', 'field.missing', 'A RESTDECISION activity has at least one outcome.'))
  }
  const branches: string[] = []
  for (const [index, written] of (outcomes ?? []).entries()) {
    const parsed = outcome.safeParse(written)
    if (!parsed.success) {
      problems.push(...problemsOfIssues(parsed.error.issues, outcome, `/outcomes/${index}`))
      continue
    }
    const { branchResult } = parsed.data.arguments
    if (branches.includes(branchResult)) {
      const path = `/outcomes/${index}/arguments/branchResult`
      problems.push(problem(path, 'field.invalid', 'Another outcome has this branchResult.'))
    }
    branches.push(branchResult)
  }
  return branches
}

/** Where `securityOptions` means something. */
/** Its phases for trying things out are not driven, but they may name a security context all the same. */
const ENDPOINT = new RegExp(
  `^/(?:arguments/execute|configurationArguments/(?:${PHASES.join('|')}|test\\w+))$`,
)
const LOOKED_INTO = 6

/**
 * `securityOptions` that stand where nothing reads them, or under another spelling: whoever wrote them believes
 * that a token goes along.
 */
function misplacedSecurity(input: Record<string, unknown>): Problem[] {
  const problems: Problem[] = []
  const visit = (value: unknown, path: string, depth: number): void => {
    if (depth > LOOKED_INTO || !isObject(value)) return
    for (const [name, member] of Object.entries(value)) {
      const here = pointer(path, [name])
      if (/^securityoptions?$/i.test(name.replaceAll(/[_-]/g, ''))) {
        if (name === 'securityOptions' && ENDPOINT.test(path)) continue
        problems.push(
          problem(
            here,
            'field.unknown',
            'Nothing reads securityOptions here, so no token would go along.',
            'They stand, spelt like this, in arguments.execute and in each phase of configurationArguments.',
          ),
        )
      } else if (!/\/(?:inArguments|outArguments|schema|body)$/.test(here)) visit(member, here, depth + 1)
    }
  }
  visit(input, '', 0)
  return problems
}
