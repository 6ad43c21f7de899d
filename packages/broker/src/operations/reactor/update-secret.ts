import { BursarError } from '@bursar/domain/error.ts'
import { shownName } from '@bursar/domain/problem.ts'
import { ACTIONS, type ActionOf } from '@bursar/domain/reactor/actions.ts'
import type { ResourceInput } from '@bursar/domain/reactor/json-api/document.ts'
import { ATTRIBUTES, refuseInvalid } from '@bursar/domain/reactor/resource-fields.ts'
import { credentialNameOf } from '@bursar/domain/reactor/resource-type.ts'
import { changeSecret } from '@bursar/domain/reactor/secrets/secret.ts'
import type { SecretType } from '@bursar/domain/reactor/secrets/secret-type.ts'
import { findSecretType } from '@bursar/domain/reactor/secrets/table.ts'
import type { CredentialRow, DocumentRow, FoundDocument } from '../../store/store.ts'
import type { Caller } from '../operations.ts'
import { demand } from '../permission.ts'
import { openOutputs, openSecrets } from '../sealed.ts'
import { type Beside, updateCredential } from '../update-credential.ts'
import { beginAuthorization } from './authorize-secret.ts'
import { eventDetail } from './event-detail.ts'
import type { ReactorPorts } from './ports.ts'
import { conflict, resourceNotFound } from './resources.ts'
import { inTermsOfSecret, nameTaken, recipeFor, replacing } from './secret-credential.ts'
import { bodyOf, findSecret, type SecretView, viewSecret } from './secret-rows.ts'
import { environmentIn } from './secrets.ts'
import { testSecret } from './test-secret.ts'

const ACTION = '/data/meta/action'

type Act = (
  ports: ReactorPorts,
  caller: Caller,
  found: FoundDocument,
  type: SecretType,
) => Promise<SecretView>

const ACTS: Readonly<Record<ActionOf<'secrets'>, Act>> = { retry, reauthorize, test: testSecret }

/** Changes a secret and exchanges it anew, or does what `meta.action` says. */
export async function updateSecret(
  ports: ReactorPorts,
  caller: Caller,
  id: string,
  input: ResourceInput,
): Promise<SecretView> {
  demand(caller, { action: 'credentials:write' })
  const found = await findSecret(ports, caller.workspaceId, id)
  const type = findSecretType(bodyOf(found.row).type_of)!
  const { action } = input.meta
  if (action === undefined) return change(ports, caller, found, type, input)
  const known = ACTIONS.secrets.find((one) => one === action)
  if (known === undefined) {
    const named = typeof action === 'string' ? `"${shownName(action)}"` : 'this'
    const detail = `There is no action ${named}; there are ${ACTIONS.secrets.join(', ')}.`
    refuseInvalid('secrets', [{ path: ACTION, code: 'invalid-secret', detail }])
  }
  checkActionAlone(input, type)
  return ACTS[known!](ports, caller, found, type)
}

/** With an action nothing is changed; the type may be named, if it is the right one. */
function checkActionAlone({ attributes, relationships }: ResourceInput, { typeOf }: SecretType): void {
  const wrong = Object.entries(attributes)
    .filter(([name, value]) => name !== 'type_of' || value !== typeOf)
    .map(([name]) => ({
      path: `${ATTRIBUTES}/${name}`,
      code: 'invalid-secret',
      detail: name === 'type_of' ? `This secret is of type ${typeOf}.` : 'With an action nothing is changed.',
    }))
  const related = Object.keys(relationships).map((name) => ({
    path: `/data/relationships/${name}`,
    code: 'invalid-secret',
    detail: 'With an action nothing is changed.',
  }))
  refuseInvalid('secrets', [...wrong, ...related])
}

async function change(
  ports: ReactorPorts,
  caller: Caller,
  found: FoundDocument,
  type: SecretType,
  { attributes, relationships }: ResourceInput,
): Promise<SecretView> {
  const { row } = found
  const { workspaceId } = row
  const credential = await loadCredential(ports, row)
  const before = bodyOf(row)
  const environment = await boundEnvironment(ports, row, relationships)
  const sealed = sealedOf(ports, credential)
  const kept = { name: before.name, typeOf: type.typeOf, shown: before.credentials, sealed: sealed.values }
  const { name, compiled } = changeSecret(kept, attributes, ports.registration)
  const bound = environment !== null
  const token = await ports.store.tokens.get(workspaceId, row.id)
  const sinceVersion = token?.version ?? 0
  const isNew = bound && row.groupId === undefined
  const next: DocumentRow = {
    ...row,
    ...(environment !== null && { groupId: environment.id }),
    name,
    body: {
      ...row.body,
      name,
      credentials: compiled.shown,
      sinceVersion,
      ...(isNew && { boundVersion: sinceVersion, stage: environment.stage }),
    },
    updatedAt: ports.clock.now(),
  }
  const recipe = recipeFor(compiled.recipe, bound)
  const gone = Object.keys(credential.secrets).filter(
    // The refresh token is of the broker's own keeping.
    (secret) => !Object.hasOwn(compiled.secrets, secret) && secret !== 'refresh_token',
  )
  const patch = {
    recipe: replacing(credential.recipe, recipe),
    secrets: {
      ...Object.fromEntries(gone.map((secret) => [secret, null])),
      ...Object.fromEntries(
        Object.entries(compiled.secrets).filter(([secret, value]) => sealed.values[secret] !== value),
      ),
    },
    labels: { 'reactor/secret': name },
  }
  // What a person consented to is not what is asked for now: the old grant is not renewed any more.
  const beside: Beside = {
    restart: 'anew',
    endLease: true,
    documents: { updates: [{ row: next, expectedRevision: row.revision }] },
    detail: eventDetail('updated', next),
    ...(type.manual && { claimableAt: null }),
  }
  await inTermsOfSecret(type, () => save(ports, caller, row, patch, beside, name))
  if (!type.manual) exchangeSoon(ports, row)
  return viewAfter(ports, caller, row, type)
}

async function save(
  ports: ReactorPorts,
  caller: Caller,
  row: DocumentRow,
  patch: Record<string, unknown>,
  beside: Beside,
  name: string,
): Promise<void> {
  try {
    await updateCredential(ports, caller, credentialNameOf(row.id), patch, null, beside)
  } catch (error) {
    if (!(error instanceof BursarError)) throw error
    if (error.code === 'credential.not_found') throw resourceNotFound('secrets')
    if (error.code !== 'credential.changed') throw error
    // Its document could not be written: the name is taken, or somebody else changed it.
    const at = { workspaceId: row.workspaceId, door: row.door, kind: row.kind, parentId: row.parentId, name }
    const other = await ports.store.documents.getByName(at)
    if (other !== undefined && other.id !== row.id) throw nameTaken(name)
    throw conflict('conflict', '/data', 'Somebody else is changing this secret; read it again.')
  }
}

/** Exchanges it anew; what it holds is served until then. */
async function retry(
  ports: ReactorPorts,
  caller: Caller,
  { row }: FoundDocument,
  type: SecretType,
): Promise<SecretView> {
  const token = await ports.store.tokens.get(row.workspaceId, row.id)
  if (
    type.manual &&
    (token === undefined || openOutputs(ports.envelope, token)?.refreshToken === undefined)
  ) {
    throw conflict(
      'conflict',
      ACTION,
      'Nobody has authorized this secret, so there is nothing to try again.',
      'Use the action reauthorize.',
    )
  }
  await restart(ports, caller, row, token?.version ?? 0, { restart: 'pending' })
  exchangeSoon(ports, row)
  return viewSecret(ports, await findSecret(ports, row.workspaceId, row.id))
}

/** A new authorization URL. What was authorized before is served and refreshed until somebody consents. */
async function reauthorize(
  ports: ReactorPorts,
  caller: Caller,
  { row }: FoundDocument,
  type: SecretType,
): Promise<SecretView> {
  if (!type.manual) {
    throw conflict('conflict', ACTION, `A secret of type ${type.typeOf} needs no person to authorize it.`)
  }
  const token = await ports.store.tokens.get(row.workspaceId, row.id)
  const due = token?.sealed == null ? null : token.refreshDueAt
  await restart(ports, caller, row, token?.version ?? 0, { restart: 'anew', claimableAt: due })
  return viewAfter(ports, caller, row, type)
}

async function restart(
  ports: ReactorPorts,
  caller: Caller,
  row: DocumentRow,
  sinceVersion: number,
  beside: Pick<Beside, 'restart' | 'claimableAt'>,
): Promise<void> {
  const next = { ...row, body: { ...row.body, sinceVersion }, updatedAt: ports.clock.now() }
  const documents = { updates: [{ row: next, expectedRevision: row.revision }] }
  const detail = eventDetail('updated', next)
  await save(ports, caller, row, {}, { documents, detail, ...beside }, bodyOf(row).name)
}

async function viewAfter(
  ports: ReactorPorts,
  caller: Caller,
  { workspaceId, id }: DocumentRow,
  type: SecretType,
): Promise<SecretView> {
  const authorization = type.manual ? await beginAuthorization(ports, caller, id) : undefined
  const view = await viewSecret(ports, await findSecret(ports, workspaceId, id))
  return authorization === undefined ? view : { ...view, authorization }
}

/** Beside the answer; should this node end now, or the refresher be faster, that one exchanges it. */
function exchangeSoon({ exchanger, log }: ReactorPorts, { workspaceId, id }: DocumentRow): void {
  exchanger.ifDue({ workspaceId, credentialId: id }, 'forced').catch((error) => {
    log.warn('secret_exchange_failed', { secret: id, error: String(error?.code ?? error?.name) })
  })
}

/** Once it is set, the environment of a secret stays. */
async function boundEnvironment(
  ports: ReactorPorts,
  row: DocumentRow,
  relationships: ResourceInput['relationships'],
): Promise<{ id: string; stage: unknown } | null> {
  const named = relationships.environment
  const bound = row.groupId
  if (bound !== undefined) {
    if (named !== undefined && (named === null || 'length' in named || named.id !== bound)) {
      const detail = 'The environment of a secret can be neither cleared nor changed.'
      throw conflict('read-only', '/data/relationships/environment', detail, 'Make another secret.')
    }
    return { id: bound, stage: bodyOf(row).stage }
  }
  const property = { workspaceId: row.workspaceId, id: row.parentId }
  const environment = await environmentIn(ports, property, relationships)
  return environment && { id: environment.id, stage: environment.body.stage }
}

async function loadCredential({ store }: ReactorPorts, row: DocumentRow): Promise<CredentialRow> {
  const credential = await store.credentials.getById(row.workspaceId, row.id)
  if (credential === undefined) throw resourceNotFound('secrets')
  return credential
}

/** The sealed values in the clear, for a moment; one that is kept elsewhere stands for itself. */
function sealedOf({ envelope }: ReactorPorts, credential: CredentialRow): { values: Record<string, string> } {
  const values = Object.entries(openSecrets(envelope, credential)).map(([name, kept]) => [
    name,
    'value' in kept ? kept.value.reveal() : `reference ${name}`,
  ])
  return { values: Object.fromEntries(values) }
}
