import type { ResourceInput } from '@bursar/domain/reactor/json-api/document.ts'
import type { ListQuery } from '@bursar/domain/reactor/json-api/list-query.ts'
import { pageOf } from '@bursar/domain/reactor/json-api/query-values.ts'
import { changeAttributes, readAttributes, refuseInvalid } from '@bursar/domain/reactor/resource-fields.ts'
import { RULE, RULE_COMPONENT } from '@bursar/domain/reactor/revisioned.ts'
import type { AuditEntry, DocumentRow } from '../../store/store.ts'
import type { Caller } from '../operations.ts'
import { demand } from '../permission.ts'
import { checkDelegate } from './data-elements.ts'
import { eventEntry } from './event-detail.ts'
import type { ReactorPorts } from './ports.ts'
import {
  changeResource,
  fieldOfRow,
  findResource,
  keyOf,
  listResources,
  newResource,
  type ResourcePage,
  resourceNotFound,
} from './resources.ts'
import {
  changeHead,
  type FrozenComponent,
  findHead,
  insertHead,
  newHead,
  revisionedBody,
} from './revisions.ts'

const KINDS = ['conditions', 'actions'] as const
/** Where components stay that were deleted: in no list, and part of no rule. */
export const DELETED_COMPONENTS = 'deleted_rule_components'

export async function createRule(
  ports: ReactorPorts,
  caller: Caller,
  propertyId: string,
  { attributes }: ResourceInput,
): Promise<DocumentRow> {
  demand(caller, { action: 'credentials:write' })
  const property = await findResource(ports, caller.workspaceId, 'properties', propertyId)
  return insertHead(ports, caller, newHead(ports, property, 'rules', readAttributes(RULE, attributes)))
}

export const updateRule = (
  ports: ReactorPorts,
  caller: Caller,
  id: string,
  input: ResourceInput,
): Promise<DocumentRow> =>
  changeHead(ports, caller, 'rules', id, input, async (head) =>
    changeAttributes(RULE, head.body, input.attributes),
  )

/** A condition or action of a rule; the rule has changed by it. */
export async function createRuleComponent(
  ports: ReactorPorts,
  caller: Caller,
  propertyId: string,
  { attributes, relationships }: ResourceInput,
  /** The rule, where the call itself says it. */
  belowRule?: string,
): Promise<DocumentRow> {
  demand(caller, { action: 'credentials:write' })
  const { workspaceId } = caller
  const property = await findResource(ports, workspaceId, 'properties', propertyId)
  const written = readAttributes(RULE_COMPONENT, attributes)
  const { id: ruleId, path } = ruleIn(relationships, belowRule)
  const delegate = await checkDelegate(ports, property, 'rule_components', KINDS, written, relationships)
  let row: DocumentRow | null = null
  await changeRule(ports, workspaceId, ruleId, path, async (rule) => {
    if (rule.parentId !== property.id) {
      const detail = 'This rule is in another property.'
      refuseInvalid('rule_components', [{ path, code: 'field.invalid', detail }])
    }
    const at = { workspaceId, parentId: rule.id, groupId: property.id }
    row = newResource(ports, at, RULE_COMPONENT, { ...written, ...delegate, property_id: property.id })
    const audit = eventEntry(caller, row.createdAt, 'reactor.rule_components.create', 'created', row)
    return { unit: { inserts: [row] }, audit }
  })
  return row!
}

interface NamedRule {
  id: string
  path: string
}

/** The rules that a document names, as a list or, in `rule` too, as one. */
function rulesNamed(relationships: ResourceInput['relationships']): NamedRule[] {
  return ['rules', 'rule'].flatMap((name) => {
    const data = relationships[name] ?? []
    const path = `/data/relationships/${name}/data`
    return 'length' in data
      ? data.map(({ id }, index) => ({ id, path: `${path}/${index}/id` }))
      : [{ id: data.id, path: `${path}/id` }]
  })
}

/** The one rule of a new component. */
function ruleIn(relationships: ResourceInput['relationships'], belowRule: string | undefined): NamedRule {
  const named = rulesNamed(relationships)
  const rule = belowRule === undefined ? named[0] : { id: belowRule, path: '/data' }
  if (rule === undefined) {
    const detail = 'A rule component belongs to a rule: name it in this relationship.'
    refuseInvalid('rule_components', [{ path: '/data/relationships/rules', code: 'field.missing', detail }])
    throw resourceNotFound('rules')
  }
  refuseOtherRules(named, rule.id)
  return rule
}

function refuseOtherRules(named: readonly NamedRule[], ruleId: string): void {
  const detail = `A rule component belongs to one rule and stays there; this one to ${ruleId}.`
  const others = named.filter(({ id }) => id !== ruleId)
  refuseInvalid(
    'rule_components',
    others.map(({ path }) => ({ path, code: 'field.invalid', detail })),
  )
}

type RuleWrite = {
  unit: Parameters<ReactorPorts['store']['documents']['save']>[0]
  audit: AuditEntry
}

/** Saves something of a rule together with the fact that the rule has changed. */
async function changeRule(
  ports: ReactorPorts,
  workspaceId: string,
  ruleId: string,
  path: string,
  write: (rule: DocumentRow) => Promise<RuleWrite>,
): Promise<void> {
  await changeResource(
    () => findHead(ports, workspaceId, 'rules', ruleId, path),
    async (rule) => {
      const { unit, audit } = await write(rule)
      const touched = { ...rule, body: { ...rule.body, dirty: true }, updatedAt: ports.clock.now() }
      const updates = [...(unit.updates ?? []), { row: touched, expectedRevision: rule.revision }]
      return (await ports.store.documents.save({ ...unit, updates }, audit)) ? rule : null
    },
  )
}

/** One that was deleted can still be read. */
export async function getRuleComponent(
  ports: ReactorPorts,
  caller: Caller,
  id: string,
): Promise<DocumentRow> {
  demand(caller, { action: 'credentials:read' })
  const { workspaceId } = caller
  const key = keyOf(workspaceId, 'rule_components', id)
  const { documents } = ports.store
  const row = (await documents.get(key)) ?? (await documents.get({ ...key, kind: DELETED_COMPONENTS }))
  if (row === undefined) throw resourceNotFound('rule_components')
  return row
}

export async function updateRuleComponent(
  ports: ReactorPorts,
  caller: Caller,
  id: string,
  { attributes, relationships }: ResourceInput,
): Promise<DocumentRow> {
  demand(caller, { action: 'credentials:write' })
  const { workspaceId } = caller
  let changed: DocumentRow | null = null
  const { parentId } = await findResource(ports, workspaceId, 'rule_components', id)
  refuseOtherRules(rulesNamed(relationships), parentId)
  await changeRule(ports, workspaceId, parentId, '/data', async (rule) => {
    const before = await findResource(ports, workspaceId, 'rule_components', id)
    const written = changeAttributes(RULE_COMPONENT, before.body, attributes)
    const property = await findResource(ports, workspaceId, 'properties', rule.parentId)
    const delegate = await checkDelegate(ports, property, 'rule_components', KINDS, written, relationships)
    const now = ports.clock.now()
    changed = { ...before, body: { ...before.body, ...written, ...delegate }, updatedAt: now }
    const audit = eventEntry(caller, now, 'reactor.rule_components.update', 'updated', changed)
    return { unit: { updates: [{ row: changed, expectedRevision: before.revision }] }, audit }
  })
  return changed!
}

export async function deleteRuleComponent(ports: ReactorPorts, caller: Caller, id: string): Promise<void> {
  demand(caller, { action: 'credentials:write' })
  const { workspaceId } = caller
  const { parentId } = await findResource(ports, workspaceId, 'rule_components', id)
  await changeRule(ports, workspaceId, parentId, '/data', async () => {
    const row = await findResource(ports, workspaceId, 'rule_components', id)
    const now = ports.clock.now()
    const body = { ...row.body, deleted_at: now }
    const deleted = { ...row, kind: DELETED_COMPONENTS, body, updatedAt: now }
    const audit = eventEntry(caller, now, 'reactor.rule_components.delete', 'deleted', row)
    return { unit: { deletes: [row], inserts: [deleted] }, audit }
  })
}

/** Of the head what it has now, of a revision what it had then. */
export async function listRuleComponents(
  ports: ReactorPorts,
  caller: Caller,
  ruleId: string,
  query: ListQuery,
): Promise<ResourcePage> {
  demand(caller, { action: 'credentials:read' })
  const { workspaceId } = caller
  const rule = await findResource(ports, workspaceId, 'rules', ruleId)
  if (revisionedBody(rule).revision_number === 0) {
    return listResources(ports, { workspaceId, parentId: rule.id }, RULE_COMPONENT, query)
  }
  const frozen = (rule.body.components ?? []) as FrozenComponent[]
  const rows = frozen.map((component) => ({
    ...rule,
    kind: 'rule_components',
    ...component,
    parentId: rule.id,
  }))
  return pageOf(rows, fieldOfRow, query)
}
