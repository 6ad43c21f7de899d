import type { DestinationRule } from '@bursar/domain/destination-rule.ts'
import type { BuildArtifact, BuiltDelegate } from '@bursar/domain/reactor/build-artifact.ts'
import { delegateOf, EXTENSION_PACKAGES } from '@bursar/domain/reactor/delegates.ts'
import { compileReferences, referencesIn } from '@bursar/domain/reactor/element-reference.ts'
import { quoteKey, quoteReplacement, urlPatternOf } from './bound-header.ts'
import { COMPONENT, DELEGATE_MODULES, ModuleFailure, type RuleFetchInit } from './delegate-modules.ts'
import { LogMask, NoLogs } from './log-mask.ts'
import {
  createTurbineLoader,
  type GetElementValues,
  type RuleResult,
  type Turbine,
  type TurbineAnswer,
  TurbineArc,
  type TurbineContainer,
  type TurbineDelegate,
  type TurbineEnv,
  type TurbineFetch,
  type TurbineFetchInit,
  type TurbineFrame,
  type TurbineLoader,
  type TurbineModule,
} from './turbine.ts'

export type { RuleLog, RuleResult } from './turbine.ts'

/** A request that an action wants to be sent. */
export interface RuleRequest {
  /** Id of the action. */
  component: string
  url: string
  method: string
  headers: Readonly<Record<string, string>>
  body: string | null
}

export interface RuleAnswer {
  status: number
  body: string
}

/** The artifact of one secret, and where it may go. */
export interface RuleSecret {
  artifact: string
  destinations: readonly DestinationRule[]
}

/** What the secrets of an environment are at the moment, by id; those without an artifact are missing. */
export type RuleSecrets = ReadonlyMap<string, RuleSecret>

export interface EventRun {
  event: unknown
  secrets: RuleSecrets
  /** Headers that every request carries. */
  headers: Readonly<Record<string, string>>
  /** False where nobody will read them: results come without. */
  logs: boolean
  /** Sends it, or rejects with what kept it from being sent. */
  send(request: RuleRequest): Promise<RuleAnswer>
}

/** A build ready to run. */
export interface LoadedBuild {
  artifact: BuildArtifact
  run(event: EventRun): Promise<RuleResult[]>
}

export interface RuleEngine {
  load(artifact: BuildArtifact): LoadedBuild
}

/** Runs builds on Adobe's rule engine with modules, network, clock and secrets of our own. */
export function createRuleEngine(frame: TurbineFrame): RuleEngine {
  let makeTurbine: TurbineLoader | null = null
  return {
    load(artifact) {
      makeTurbine ??= createTurbineLoader(frame)
      return loadBuild(artifact, makeTurbine)
    },
  }
}

function loadBuild(artifact: BuildArtifact, makeTurbine: TurbineLoader): LoadedBuild {
  let logging: Runner | null = null
  let silent: Runner | null = null
  const prepared = new WeakMap<RuleSecrets, Prepared>()

  return {
    artifact,
    async run({ event, secrets, headers, logs: wanted, send }) {
      let ready = prepared.get(secrets)
      if (ready === undefined) {
        ready = prepareSecrets(artifact, secrets)
        prepared.set(secrets, ready)
      }
      const fetch: TurbineFetch = (url, init) => sendFor(send, url, init)
      const options = { headersForSubrequests: { ...headers } }
      if (!wanted) {
        silent ??= createRunner(artifact, makeTurbine(false))
        const results = await silent(ready, NO_LOGS, fetch)(new TurbineArc(event), ready.env, options)
        return results.map(({ ruleId, status }) => ({ ruleId, status, logs: [] }))
      }
      logging ??= createRunner(artifact, makeTurbine(true))
      const results = await logging(ready, ready.mask, fetch)(new TurbineArc(event), ready.env, options)
      for (const { logs } of results) {
        for (const line of logs) line.timestampMs = Math.floor(line.timestampMs)
      }
      return results
    },
  }
}

type Runner = (secrets: Prepared, mask: LogMask, fetch: TurbineFetch) => ReturnType<Turbine['initialize']>

/** A build on an engine of its own; its container is made once. */
function createRunner(artifact: BuildArtifact, turbine: Turbine): Runner {
  let made: { container: TurbineContainer; for: GetElementValues } | null = null
  const prepare = (getElementValues: GetElementValues): TurbineContainer => {
    if (made?.for !== getElementValues) {
      made = { container: makeContainer(artifact, getElementValues), for: getElementValues }
    }
    return made.container
  }
  return ({ overrides }, mask, fetch) =>
    turbine.initialize(
      (getElementValues) => ({
        ...prepare(getElementValues),
        getLogSensitiveTokens: () => mask,
        getHeaderOverrides: () => overrides,
      }),
      { fetch },
    )
}

const NO_LOGS = new NoLogs()

interface Prepared {
  env: TurbineEnv
  mask: LogMask
  overrides: ReturnType<TurbineContainer['getHeaderOverrides']>
}

function prepareSecrets(artifact: BuildArtifact, secrets: RuleSecrets): Prepared {
  const env: Record<string, string> = {}
  for (const [id, secret] of secrets) env[id] = secret.artifact
  const overrides = artifact.secrets.flatMap(({ id, element }) => {
    const secret = secrets.get(id)
    if (secret === undefined) return []
    const urlPattern = urlPatternOf(secret.destinations)
    return [{ key: quoteKey(element), value: quoteReplacement(secret.artifact), urlPattern }]
  })
  return { env, mask: new LogMask(Object.values(env)), overrides }
}

async function sendFor(send: EventRun['send'], url: string, init: TurbineFetchInit): Promise<TurbineAnswer> {
  const { method, headers, body = null } = init
  const component = (init as RuleFetchInit)[COMPONENT]
  return answerOf(await send({ component, url, method, headers, body }))
}

function answerOf({ status, body }: RuleAnswer): TurbineAnswer {
  const answer: TurbineAnswer = {
    status,
    clone: () => answer,
    arrayBuffer: async () => Buffer.from(body),
    text: async () => body,
  }
  return answer
}

function makeContainer(artifact: BuildArtifact, getElementValues: GetElementValues): TurbineContainer {
  const delegate = ({ id, name, delegate: modulePath, settings }: BuiltDelegate): TurbineDelegate => ({
    id,
    name,
    modulePath,
    getSettings: settingsGetter(settings, getElementValues),
  })
  const modules: TurbineContainer['modules'] = Object.create(null)
  for (const { delegates } of EXTENSION_PACKAGES) {
    for (const { id, package: extensionName, displayName } of delegates) {
      const script = DELEGATE_MODULES[id]
      if (script !== undefined) modules[id] = { extensionName, displayName, script: guarded(script) }
    }
  }
  const dataElements: TurbineContainer['dataElements'] = Object.create(null)
  for (const element of artifact.elements) {
    const { defaultValue, cleanText, forceLowerCase } = element
    dataElements[element.name] = {
      ...delegate(element),
      ...(defaultValue !== null && { defaultValue }),
      cleanText,
      forceLowerCase,
    }
  }
  return {
    buildInfo: { environment: artifact.stage },
    getLogSensitiveTokens: () => [],
    getHeaderOverrides: () => [],
    extensions: Object.fromEntries(
      EXTENSION_PACKAGES.map(({ name, displayName }) => [name, { displayName }]),
    ),
    modules,
    dataElements,
    rules: artifact.rules.map(({ id, name, conditions, actions }) => ({
      id,
      name,
      conditions: conditions.map((one) => ({ ...delegate(one), negate: one.negate })),
      actions: actions.map(delegate),
    })),
  }
}

/** Settings are asked for with each event; without references they are the same each time. */
function settingsGetter(
  settings: Record<string, unknown>,
  getElementValues: GetElementValues,
): TurbineDelegate['getSettings'] {
  const names = referencesIn(settings)
  const fill = compileReferences(settings)
  if (names.length === 0) return async () => settings
  return async (context) => {
    const lookup = await getElementValues(names, context)
    return withoutStack(() => fill(lookup))
  }
}

const guarded =
  (script: TurbineModule): TurbineModule =>
  (call) =>
    withoutStack(() => script(call))

/** Faults as {@link ModuleFailure}, whatever made them. */
function withoutStack<T>(act: () => T): T {
  try {
    return act()
  } catch (error) {
    throw error instanceof ModuleFailure ? error : new ModuleFailure((error as Error).message)
  }
}

/** Whether this build of Bursar has what a delegate does. */
export const canRun = (delegate: string): boolean =>
  delegateOf(delegate) !== undefined && Object.hasOwn(DELEGATE_MODULES, delegate)

export { ModuleFailure }
