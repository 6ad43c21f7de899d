import { BursarError } from '@bursar/domain/error.ts'
import {
  type AppConfig,
  type AppInput,
  appInput,
  appPatch,
  appProblems,
  parseBody,
  secretRotation,
} from '@bursar/domain/issuing/app-input.ts'
import { isObject } from '@bursar/domain/json.ts'
import type { OutsideReference } from '@bursar/domain/outside-reference.ts'
import { Secret } from '@bursar/domain/secret.ts'
import { secretSource } from '@bursar/domain/secret-input.ts'
import type { z } from 'zod'
import { hashClientSecret } from '../../issuer/client-secret.ts'
import type { DocumentRow } from '../../store/store.ts'
import { auditEntry } from '../audit.ts'
import type { Caller, Page } from '../operations.ts'
import { demand } from '../permission.ts'
import type { Ports } from '../ports.ts'
import {
  type AppBody,
  changeDocument,
  findDocument,
  newDocument,
  openAppSecrets,
  type PageBody,
  sealAppSecrets,
} from './app-documents.ts'
import type { AppView } from './app-operations.ts'
import { loadPage, mergePatch } from './app-pages.ts'
import { listDocuments, type PageQuery } from './document-list.ts'
import { DOOR } from './door-name.ts'

export type AppPorts = Pick<Ports, 'store' | 'clock' | 'random' | 'envelope'>

const bodyOf = (row: DocumentRow): AppBody => row.body as unknown as AppBody

export function viewApp(page: string, row: DocumentRow, now: number): AppView {
  const { config, clientSecrets, signingSecret, formerSigningSecrets = [] } = bodyOf(row)
  return {
    page,
    clientId: row.name!,
    config,
    clientSecrets: clientSecrets.filter(({ endsAt }) => endsAt === null || endsAt > now),
    signingSecret,
    formerSigningSecrets: formerSigningSecrets.filter(({ endsAt }) => endsAt > now),
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
  }
}

export const subjectOf = (page: string, clientId: string): string => `${page}/${clientId}`

export async function loadApp(
  ports: Pick<Ports, 'store'>,
  caller: Caller,
  page: DocumentRow,
  clientId: string,
): Promise<DocumentRow> {
  const at = { workspaceId: caller.workspaceId, kind: 'app', parentId: page.id, name: clientId } as const
  const row = await findDocument(ports, at)
  if (row !== undefined) return row
  throw new BursarError('app.not_found', {
    detail: 'The page has no app with this client id.',
    hint: `List them: bursar app list ${page.name}.`,
  })
}

function readInput(page: DocumentRow, body: unknown): AppInput {
  const parsed = parseBody(appInput, body)
  if ('input' in parsed) {
    refuseProblems(page, parsed.input, parsed.input.signing_secret !== undefined)
    return parsed.input
  }
  const written = isObject(body) ? body : {}
  const { signing_secret } = written as Pick<AppInput, 'signing_secret'>
  const grant_types = readable(appInput.shape.grant_types, written.grant_types) ?? []
  const { config } = page.body as unknown as PageBody
  const unfit = appProblems(config, { signing_secret, grant_types }, signing_secret !== undefined)
  throw new BursarError('request.invalid', { problems: [...parsed.problems, ...unfit] })
}

function readable<S extends z.ZodType>(schema: S, value: unknown): z.output<S> | undefined {
  const { data } = schema.safeParse(value)
  return data
}

function refuseProblems(page: DocumentRow, input: AppInput, hasSigningSecret: boolean): void {
  const problems = appProblems((page.body as unknown as PageBody).config, input, hasSigningSecret)
  if (problems.length > 0) throw new BursarError('request.invalid', { problems })
}

/** What is shown of a signing secret, and what is sealed. */
export function readSigningSecret(input: AppInput['signing_secret'], now: number) {
  if (input === undefined) return { facts: null, value: null }
  const source = secretSource(input)
  if (source instanceof Secret) return { facts: { updatedAt: now }, value: source }
  if (source.from === 'provider') {
    throw new BursarError('request.invalid', {
      path: '/signing_secret/from',
      detail: 'A signing secret can not be the secret of a provider.',
      hint: 'Send the value, or refer to where it lives: env or file.',
    })
  }
  const reference: OutsideReference = source
  return { facts: { updatedAt: now, reference }, value: null }
}

async function makeClientSecret(ports: AppPorts, given: string | undefined) {
  const made = given === undefined ? new Secret(ports.random.text(32)) : null
  const hash = await hashClientSecret(made ?? new Secret(given!))
  const facts = { id: ports.random.text(6), createdAt: ports.clock.now(), endsAt: null }
  return { made, hash, facts }
}

const configOf = ({ title, grant_types, scopes, claims, enabled }: AppInput): AppConfig => ({
  title,
  grant_types,
  scopes,
  claims,
  enabled,
})

export async function createApp(
  ports: AppPorts,
  caller: Caller,
  pageName: string,
  body: unknown,
): Promise<{ app: AppView; clientSecret: Secret | null }> {
  demand(caller, { action: 'credentials:write' })
  const page = await loadPage(ports, caller, pageName)
  const input = readInput(page, body)
  const now = ports.clock.now()
  const clientSecret = await makeClientSecret(ports, input.client_secret)
  const signing = readSigningSecret(input.signing_secret, now)
  const clientId = input.client_id ?? ports.random.text(12)
  const appBody: AppBody = {
    config: configOf(input),
    clientSecrets: [clientSecret.facts],
    signingSecret: signing.facts,
  }
  const at = { workspaceId: caller.workspaceId, kind: 'app', parentId: page.id, name: clientId } as const
  const row = newDocument(ports, at, appBody)
  row.sealed = sealAppSecrets(ports, row, {
    hashes: { [clientSecret.facts.id]: clientSecret.hash },
    signingSecret: signing.value,
    formerSigningSecrets: {},
  })
  const audit = auditEntry(caller, now, 'app.create', subjectOf(pageName, clientId))
  if (!(await ports.store.documents.insert(row, audit))) {
    throw new BursarError('app.name_taken', {
      path: '/client_id',
      detail: 'The page has an app with this client id already.',
      hint: 'Leave it out, and one is made.',
    })
  }
  return { app: viewApp(pageName, row, now), clientSecret: clientSecret.made }
}

export async function listApps(
  ports: AppPorts,
  caller: Caller,
  pageName: string,
  query: PageQuery,
): Promise<Page<AppView>> {
  demand(caller, { action: 'credentials:read' })
  const page = await loadPage(ports, caller, pageName)
  const at = { workspaceId: caller.workspaceId, kind: 'app', parentId: page.id } as const
  return listDocuments(ports, at, query, (row) => viewApp(pageName, row, ports.clock.now()))
}

export async function getApp(
  ports: AppPorts,
  caller: Caller,
  pageName: string,
  clientId: string,
): Promise<AppView> {
  demand(caller, { action: 'credentials:read' })
  const page = await loadPage(ports, caller, pageName)
  return viewApp(pageName, await loadApp(ports, caller, page, clientId), ports.clock.now())
}

export async function updateApp(
  ports: AppPorts,
  caller: Caller,
  pageName: string,
  clientId: string,
  patch: unknown,
): Promise<AppView> {
  demand(caller, { action: 'credentials:write' })
  const parsed = parseBody(appPatch, patch)
  if ('problems' in parsed) throw new BursarError('request.invalid', { problems: parsed.problems })
  const page = await loadPage(ports, caller, pageName)
  const row = await changeDocument(
    ports,
    () => loadApp(ports, caller, page, clientId),
    async (before) => {
      const { config, signingSecret } = bodyOf(before)
      const { signing_secret, ...members } = mergePatch(config, patch) as Record<string, unknown>
      const merged = parseBody(appInput, members)
      if ('problems' in merged) throw new BursarError('request.invalid', { problems: merged.problems })
      const input = { ...merged.input, signing_secret: signing_secret as AppInput['signing_secret'] }
      refuseProblems(page, input, signing_secret !== undefined || signingSecret !== null)
      const now = ports.clock.now()
      const secrets = openAppSecrets(ports, before)
      const signing = readSigningSecret(input.signing_secret, now)
      const isKept = signing.facts === null
      const body: AppBody = {
        ...bodyOf(before),
        config: configOf(input),
        // Replaced here, the one before counts for nothing from now on, nor those before it.
        ...(!isKept && { signingSecret: signing.facts, formerSigningSecrets: [] }),
      }
      const sealed = sealAppSecrets(ports, before, {
        ...secrets,
        ...(!isKept && { signingSecret: signing.value, formerSigningSecrets: {} }),
      })
      const changed = isObject(patch) ? Object.keys(patch) : []
      const audit = auditEntry(caller, now, 'app.update', subjectOf(pageName, clientId), { changed })
      return { row: { ...before, body: { ...body }, sealed, updatedAt: now }, audit }
    },
  )
  return viewApp(pageName, row, ports.clock.now())
}

export async function deleteApp(
  ports: AppPorts,
  caller: Caller,
  pageName: string,
  clientId: string,
): Promise<void> {
  demand(caller, { action: 'credentials:write' })
  const page = await loadPage(ports, caller, pageName)
  const { id } = await loadApp(ports, caller, page, clientId)
  const audit = auditEntry(caller, ports.clock.now(), 'app.delete', subjectOf(pageName, clientId))
  await ports.store.documents.delete({ workspaceId: caller.workspaceId, door: DOOR, kind: 'app', id }, audit)
}

/** Secrets that are taken at the same time; the oldest goes when one more comes. */
const SECRETS_AT_MOST = 5

/** Adds a client secret; those before it are taken until the overlap has passed. */
export async function rotateAppSecret(
  ports: AppPorts,
  caller: Caller,
  pageName: string,
  clientId: string,
  body: unknown,
): Promise<{ app: AppView; clientSecret: Secret | null }> {
  demand(caller, { action: 'credentials:write' })
  const parsed = parseBody(secretRotation, body)
  if ('problems' in parsed) throw new BursarError('request.invalid', { problems: parsed.problems })
  const page = await loadPage(ports, caller, pageName)
  const { made, hash, facts } = await makeClientSecret(ports, parsed.input.client_secret)
  const row = await changeDocument(
    ports,
    () => loadApp(ports, caller, page, clientId),
    async (before) => {
      const now = ports.clock.now()
      const endsAt = now + parsed.input.overlap_seconds
      const earlier = bodyOf(before)
        .clientSecrets.filter((each) => each.endsAt === null || each.endsAt > now)
        .map((each) => ({ ...each, endsAt: Math.min(each.endsAt ?? endsAt, endsAt) }))
        .filter((each) => each.endsAt > now)
      const clientSecrets = [...earlier, facts].slice(-SECRETS_AT_MOST)
      const secrets = openAppSecrets(ports, before)
      const hashes: Record<string, string> = { ...secrets.hashes, [facts.id]: hash }
      const kept = Object.fromEntries(clientSecrets.map(({ id }) => [id, hashes[id]!]))
      const sealed = sealAppSecrets(ports, before, { ...secrets, hashes: kept })
      const changed: AppBody = { ...bodyOf(before), clientSecrets }
      const audit = auditEntry(caller, now, 'app.rotate_secret', subjectOf(pageName, clientId))
      return { row: { ...before, body: { ...changed }, sealed, updatedAt: now }, audit }
    },
  )
  return { app: viewApp(pageName, row, ports.clock.now()), clientSecret: made }
}
