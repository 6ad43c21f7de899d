/** A contact on its way through a journey, as far as activities can ask for it. */
export interface Contact {
  key: string
  attributes: Readonly<Record<string, unknown>>
  /** By event definition key. */
  events: Readonly<Record<string, unknown>>
  /** Out-arguments of activities before, by activity key. */
  interactions: Readonly<Record<string, unknown>>
  interactionDefaults: Readonly<Record<string, unknown>>
}

/** What data binding can see besides the contact. */
export interface BindingScope {
  contact: Contact
  context: Readonly<Record<ContextMember, unknown>>
  activityId: string
}

export const CONTEXT_MEMBERS = [
  'ExecutionMode',
  'DefinitionId',
  'DefinitionInstanceId',
  'ContactKey',
  'StartActivityKey',
  'RequestObjectId',
] as const
export type ContextMember = (typeof CONTEXT_MEMBERS)[number]

type Lookup = (scope: BindingScope) => unknown
type Compiled = (scope: BindingScope) => unknown

/** An expression that names nothing the contact has. Nothing is sent for such a contact. */
export class UnboundExpression extends Error {
  readonly expression: string
  constructor(expression: string) {
    super(`{{${expression}}} names nothing that this contact has.`)
    this.expression = expression
  }
}

const EXPRESSION = /\{\{(.*?)\}\}/gs

/**
 * Compiles a JSON value whose texts may hold `{{…}}`. A text that is one expression takes the value as it is;
 * inside of other text the value is written out, null as nothing. `fault` is told of each expression that has
 * no meaning, with its path; texts that open an expression and never close it are told as well.
 */
export function compileBinding(
  value: unknown,
  path: readonly PropertyKey[],
  fault: (path: readonly PropertyKey[], detail: string) => void,
): Compiled {
  if (typeof value === 'string') return compileText(value, (detail) => fault(path, detail))
  if (Array.isArray(value)) {
    const items = value.map((item, index) => compileBinding(item, [...path, index], fault))
    return (scope) => items.map((item) => item(scope))
  }
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).map(
      ([name, member]) => [name, compileBinding(member, [...path, name], fault)] as const,
    )
    return (scope) => Object.fromEntries(members.map(([name, member]) => [name, member(scope)]))
  }
  return () => value
}

function compileText(text: string, fault: (detail: string) => void): Compiled {
  if (!text.includes('{{')) return () => text
  const pieces: Array<string | Lookup> = []
  let at = 0
  for (const match of text.matchAll(EXPRESSION)) {
    if (match.index > at) pieces.push(text.slice(at, match.index))
    pieces.push(parseExpression(match[1]!.trim(), fault))
    at = match.index + match[0].length
  }
  const rest = text.slice(at)
  if (rest.includes('{{')) fault('"{{" opens an expression that is never closed.')
  if (rest !== '') pieces.push(rest)
  const [only] = pieces
  if (pieces.length === 1 && typeof only === 'function') return only
  return (scope) => pieces.map((piece) => (typeof piece === 'string' ? piece : asText(piece(scope)))).join('')
}

const asText = (value: unknown): string => {
  if (value === null) return ''
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

/** `Contact.Attribute."Loyalty Card".Points` → its parts; a part in quotes may hold dots and blanks. */
function splitPath(expression: string): string[] | undefined {
  if (!/^(?:"[^"]+"|[^".\s][^".]*)(?:\.(?:"[^"]+"|[^".]+))*$/.test(expression)) return undefined
  return [...expression.matchAll(/"([^"]+)"|([^".]+)/g)].map(([, quoted, plain]) => quoted ?? plain!.trim())
}

function parseExpression(expression: string, fault: (detail: string) => void): Lookup {
  const shown = expression.replace(/[^\x20-\x7e]/g, '?').slice(0, 100)
  const wrong = (detail: string): Lookup => {
    fault(detail)
    return () => {
      throw new UnboundExpression(shown)
    }
  }
  const path = splitPath(expression)
  if (path === undefined) return wrong(`"{{${shown}}}" is not a data binding expression.`)
  const [root, ...rest] = path
  const below = (least: number, from: (scope: BindingScope) => unknown, parts = rest): Lookup =>
    parts.length < least
      ? wrong(`"{{${shown}}}" names too little: something has to follow.`)
      : (scope) => walk(from(scope), parts, shown)
  switch (root) {
    case 'Contact':
      if (rest[0] === 'Key' && rest.length === 1) return ({ contact }) => contact.key
      if (rest[0] !== 'Attribute') return wrong('After "Contact." stands Key or Attribute.')
      return below(1, ({ contact }) => contact.attributes, rest.slice(1))
    case 'Event':
      return below(2, ({ contact }) => contact.events)
    case 'Interaction':
      return below(2, ({ contact }) => contact.interactions)
    case 'InteractionDefaults':
      return below(1, ({ contact }) => contact.interactionDefaults)
    case 'Activity':
      if (rest.length === 1 && rest[0] === 'Id') return ({ activityId }) => activityId
      return wrong('After "Activity." stands Id.')
    case 'Context': {
      const member = CONTEXT_MEMBERS.find((known) => known === rest[0])
      if (member !== undefined && rest.length === 1) return ({ context }) => context[member]
      return wrong(`After "Context." stands one of ${CONTEXT_MEMBERS.join(', ')}.`)
    }
    default:
      return wrong(
        'An expression begins with Contact, Event, Interaction, InteractionDefaults, Context or Activity.',
      )
  }
}

function walk(from: unknown, parts: readonly string[], shown: string): unknown {
  let value = from
  for (const part of parts) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) {
      throw new UnboundExpression(shown)
    }
    value = (value as Record<string, unknown>)[part]
  }
  return value
}
