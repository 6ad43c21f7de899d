import type { DestinationRule } from '../destination-rule.ts'
import type { Stage } from './environment.ts'

/** A delegate with its settings, as a build keeps it. */
export interface BuiltDelegate {
  id: string
  name: string
  delegate: string
  settings: Record<string, unknown>
}

export interface BuiltElement extends BuiltDelegate {
  /** Takes the place of a value that is null. */
  defaultValue: string | null
  cleanText: boolean
  forceLowerCase: boolean
}

export interface BuiltCondition extends BuiltDelegate {
  negate: boolean
}

export interface BuiltAction extends BuiltDelegate {
  /** Ids of the secrets that its settings reach through data elements, however far. */
  secrets: readonly string[]
}

export interface BuiltRule {
  id: string
  name: string
  conditions: readonly BuiltCondition[]
  /** One after another. */
  actions: readonly BuiltAction[]
}

/** A secret that a build uses, and where its artifact may go. */
export interface BuiltSecret {
  id: string
  name: string
  /** The data element that stands for it; `[[name]]` in a header stands for it as well. */
  element: string
  /** Used while the secret has no destination rules of its own: what the actions name as their target. */
  destinations: readonly DestinationRule[]
}

/** What a succeeded build is: everything an event needs, and nothing that changes afterwards. */
export interface BuildArtifact {
  buildId: string
  environmentId: string
  stage: Stage
  elements: readonly BuiltElement[]
  rules: readonly BuiltRule[]
  secrets: readonly BuiltSecret[]
}
