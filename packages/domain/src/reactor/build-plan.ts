import { parseDestinationRule } from '../destination-rule.ts'
import { isObject } from '../json.ts'
import type {
  BuildArtifact,
  BuiltCondition,
  BuiltDelegate,
  BuiltElement,
  BuiltRule,
  BuiltSecret,
} from './build-artifact.ts'
import { CONSTANT_ELEMENT, SECRET_ELEMENT, SEND_DATA, type SecretElementSettings } from './delegates.ts'
import { countReferences, referencesIn } from './element-reference.ts'
import type { Stage } from './environment.ts'

/** A secret as it stands when a build begins. */
export interface SecretAtBuild {
  id: string
  name: string
  /** `succeeded`, `pending`, `failed`, `manual_authorization`. */
  status: string
  environmentId: string | null
  /** It says itself where its artifact may go. */
  hasDestinations: boolean
}

/** What goes into a build: one revision of each resource of the library and of what lies upstream of it. */
export interface BuildParts {
  buildId: string
  environment: { id: string; name: string; stage: Stage }
  elements: readonly BuiltElement[]
  rules: ReadonlyArray<{
    id: string
    name: string
    conditions: readonly BuiltCondition[]
    actions: readonly BuiltDelegate[]
  }>
  /** Secrets that are there, by id. */
  secrets: ReadonlyMap<string, SecretAtBuild>
}

/** Why a build fails. */
export interface BuildFault {
  code: string
  detail: string
}

export type BuildPlan = { artifact: BuildArtifact } | { faults: readonly BuildFault[] }

/** Checks what goes into a build, and puts it together. */
export function planBuild(parts: BuildParts): BuildPlan {
  const { buildId, environment, elements } = parts
  const faults: BuildFault[] = []
  const byName = elementsByName(elements, faults)
  const circle = findCircle(byName)
  if (circle !== null) {
    const detail = `Data element circular reference detected: ${circle.join(' -> ')}`
    return { faults: [...faults, { code: 'data-element-circular-reference', detail }] }
  }
  checkExpansion(parts, byName, faults)
  const secrets = chosenSecrets(parts, faults)
  const reach = reachedSecrets(byName, secrets)
  const rules: BuiltRule[] = parts.rules.map((rule) => ({
    ...rule,
    actions: rule.actions.map((action) => ({ ...action, secrets: reach(action.settings) })),
  }))
  const built = [...secrets.values()].map((chosen): BuiltSecret => {
    const { secret, element } = chosen
    const { id, name } = secret
    if (secret.hasDestinations) return { id, name, element, destinations: [] }
    return { id, name, element, destinations: namedDestinations(id, name, rules, byName, faults) }
  })
  if (faults.length > 0) return { faults }
  return {
    artifact: {
      buildId,
      environmentId: environment.id,
      stage: environment.stage,
      elements: [...byName.values()],
      rules,
      secrets: built,
    },
  }
}

function elementsByName(
  elements: readonly BuiltElement[],
  faults: BuildFault[],
): ReadonlyMap<string, BuiltElement> {
  const byName = new Map<string, BuiltElement>()
  for (const element of elements) {
    if (byName.has(element.name)) {
      const detail = `Two data elements of the library are called "${element.name}".`
      faults.push({ code: 'not-unique', detail })
    }
    byName.set(element.name, element)
  }
  return byName
}

/** The names along a circle, the first once more at the end; the engine would follow it for ever. */
function findCircle(elements: ReadonlyMap<string, BuiltElement>): string[] | null {
  const done = new Set<string>()
  for (const start of elements.keys()) {
    // A stack of our own: a chain may be as long as there are data elements.
    const trail: Array<{ name: string; rest: string[] }> = []
    const onTrail = new Set<string>()
    const enter = (name: string) => {
      const element = elements.get(name)
      if (element === undefined) return
      trail.push({ name, rest: referencesIn(element.settings) })
      onTrail.add(name)
    }
    if (!done.has(start)) enter(start)
    while (trail.length > 0) {
      const { name, rest } = trail.at(-1)!
      const next = rest.pop()
      if (next === undefined) {
        done.add(name)
        onTrail.delete(name)
        trail.pop()
        continue
      }
      if (onTrail.has(next)) {
        const before = trail.findIndex((step) => step.name === next)
        return [...trail.slice(before).map((step) => step.name), next]
      }
      if (!done.has(next)) enter(next)
    }
  }
  return null
}

/** Values that one condition or action may ask for, those of data elements that refer to others included. */
const VALUES_AT_MOST = 500

/** Every reference is looked up by itself, so a few data elements that refer to each other twice never end. */
function checkExpansion(
  { rules }: BuildParts,
  elements: ReadonlyMap<string, BuiltElement>,
  faults: BuildFault[],
): void {
  const known = new Map<string, number>()
  const valuesOf = (settings: unknown): number => {
    let sum = 0
    for (const [name, times] of countReferences(settings)) sum += times * (1 + (known.get(name) ?? 0))
    // Past the limit the number does not matter, only that it stays one.
    return Math.min(sum, VALUES_AT_MOST + 1)
  }
  for (const name of leavesFirst(elements)) known.set(name, valuesOf(elements.get(name)!.settings))
  for (const rule of rules) {
    for (const { name, settings } of [...rule.conditions, ...rule.actions]) {
      if (valuesOf(settings) <= VALUES_AT_MOST) continue
      const detail = `"${name}" of the rule "${rule.name}" asks for more than ${VALUES_AT_MOST} values of data elements.`
      faults.push({ code: 'data-elements-too-many', detail })
    }
  }
}

/** In an order in which everything that a data element refers to comes before it; there is no circle. */
function leavesFirst(elements: ReadonlyMap<string, BuiltElement>): Iterable<string> {
  const order = new Set<string>()
  for (const start of elements.keys()) {
    const trail = [start]
    while (trail.length > 0) {
      const name = trail.at(-1)!
      const open = order.has(name)
        ? []
        : referencesIn(elements.get(name)!.settings).filter((one) => elements.has(one) && !order.has(one))
      if (open.length > 0) trail.push(open[0]!)
      else {
        order.add(name)
        trail.pop()
      }
    }
  }
  return order
}

interface ChosenSecret {
  secret: SecretAtBuild
  /** Name of the data element. */
  element: string
}

/** The secret of the stage for every data element of type Secret, by the name of the data element. */
function chosenSecrets(
  { elements, environment, secrets }: BuildParts,
  faults: BuildFault[],
): ReadonlyMap<string, ChosenSecret> {
  const chosen = new Map<string, ChosenSecret>()
  for (const { name, delegate, settings } of elements) {
    if (delegate !== SECRET_ELEMENT) continue
    const wanted = (settings as SecretElementSettings).secrets?.[environment.stage]
    const what = `The data element "${name}" needs a succeeded secret on the ${environment.stage} environment "${environment.name}"`
    const fail = (why: string) => faults.push({ code: 'secret-not-ready', detail: `${what}: ${why}.` })
    if (wanted === undefined) {
      fail(`it names no secret for the stage ${environment.stage}`)
      continue
    }
    const secret = secrets.get(wanted.id)
    if (secret === undefined) fail(`the secret "${wanted.name}" (${wanted.id}) does not exist`)
    else if (secret.status !== 'succeeded')
      fail(`the secret "${secret.name}" (${secret.id}) is ${secret.status}`)
    else if (secret.environmentId !== environment.id) {
      const where = secret.environmentId === null ? 'no environment' : 'another environment'
      fail(`the secret "${secret.name}" (${secret.id}) belongs to ${where}`)
    } else chosen.set(name, { secret, element: name })
  }
  return chosen
}

/** Which secrets settings come to, through data elements that refer to others. */
function reachedSecrets(
  elements: ReadonlyMap<string, BuiltElement>,
  secrets: ReadonlyMap<string, ChosenSecret>,
): (settings: unknown) => string[] {
  return (settings) => {
    const found = new Set<string>()
    const seen = new Set<string>()
    const waiting = referencesIn(settings)
    for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
      if (seen.has(name)) continue
      seen.add(name)
      const chosen = secrets.get(name)
      if (chosen !== undefined) found.add(chosen.secret.id)
      const element = elements.get(name)
      if (element !== undefined) waiting.push(...referencesIn(element.settings))
    }
    for (const name of boundKeys(settings)) {
      for (const [element, { secret }] of secrets) {
        if (element.toLowerCase() === name.toLowerCase()) found.add(secret.id)
      }
    }
    return [...found]
  }
}

/** `[[name]]` in the headers of a request stands for a secret as well. */
function boundKeys(settings: unknown): string[] {
  if (!isObject(settings) || !Array.isArray(settings.headers)) return []
  return settings.headers.flatMap((header: unknown) => {
    const value = isObject(header) ? header.value : undefined
    return typeof value === 'string' ? [...value.matchAll(/\[\[([^\]]+)\]\]/g)].map(([, name]) => name!) : []
  })
}

/**
 * Whoever writes an action names its target; that is where the secrets of the action may go, and nowhere else.
 * What an event could choose is no target.
 */
function namedDestinations(
  secretId: string,
  secretName: string,
  rules: readonly BuiltRule[],
  elements: ReadonlyMap<string, BuiltElement>,
  faults: BuildFault[],
): BuiltSecret['destinations'] {
  const found = new Map<string, BuiltSecret['destinations'][number]>()
  for (const rule of rules) {
    for (const { name, delegate, settings, secrets } of rule.actions) {
      if (delegate !== SEND_DATA || !secrets.includes(secretId)) continue
      const url = fixedPart(settings.url as string, elements)
      const method = settings.method as string
      const parsed = url === null ? null : parseDestinationRule({ url, methods: [method] })
      if (parsed !== null && 'rule' in parsed) {
        found.set(`${method} ${url}`, parsed.rule)
        continue
      }
      const why = parsed === null ? 'its host comes from the event' : parsed.problem.detail
      faults.push({
        code: 'destination-not-fixed',
        detail:
          `The action "${name}" of the rule "${rule.name}" would take the secret "${secretName}" to an address ` +
          `that is not fixed: ${why} Write the host into its URL, or give the secret destination rules of its own.`,
      })
    }
  }
  return [...found.values()]
}

/** The URL up to where an event has a say, without its query: a whole path, or whole segments of one. */
function fixedPart(written: string, elements: ReadonlyMap<string, BuiltElement>): string | null {
  const url = written.replace(/\{\{([^}]+)\}\}/g, (reference, name: string) => {
    const element = elements.get(name)
    const value = element?.delegate === CONSTANT_ELEMENT ? element.settings.value : undefined
    // Text that brings references along would be read in another way here than when it runs.
    return typeof value === 'string' &&
      !value.includes('{{') &&
      !element!.cleanText &&
      !element!.forceLowerCase
      ? value
      : reference
  })
  const [base = ''] = url.split(/[?#]/, 1)
  const at = base.indexOf('{{')
  if (at === -1) return base
  const fixed = base.slice(0, base.lastIndexOf('/', at) + 1)
  return /^https?:\/\/[^/]+\//i.test(fixed) ? fixed : null
}
