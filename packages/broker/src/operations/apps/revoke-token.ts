import { BursarError } from '@bursar/domain/error.ts'
import { parseBody } from '@bursar/domain/issuing/app-input.ts'
import { type RevocationInput, revocationInput } from '@bursar/domain/issuing/app-page.ts'
import { isJwtFault } from '@bursar/domain/issuing/jwt-fault.ts'
import type { DocumentRow } from '../../store/store.ts'
import { auditEntry } from '../audit.ts'
import type { Caller, Page } from '../operations.ts'
import { demand } from '../permission.ts'
import type { Ports } from '../ports.ts'
import { newDocument, type RevocationBody } from './app-documents.ts'
import type { AppMemory } from './app-memory.ts'
import type { RevocationView } from './app-operations.ts'
import { loadPage } from './app-pages.ts'
import { listDocuments, type PageQuery } from './document-list.ts'
import { openPage } from './opened.ts'
import { revocationId } from './revocations.ts'
import type { TokenVerification } from './verify-token.ts'

type RevokePorts = Pick<Ports, 'store' | 'clock' | 'random'> & {
  memory: AppMemory
  verification: TokenVerification
}

const viewRevocation = (page: string, { body, createdAt }: DocumentRow): RevocationView => {
  const { jti, expiresAt } = body as unknown as RevocationBody
  return { page, jti, expiresAt, createdAt }
}

const invalid = (path: string, detail: string, hint?: string) =>
  new BursarError('request.invalid', { path, detail, ...(hint !== undefined && { hint }) })

/** Ends one JWT before its time, wherever it is verified by Bursar. Twice is as good as once. */
export async function revokeAppToken(
  ports: RevokePorts,
  caller: Caller,
  pageName: string,
  body: unknown,
): Promise<RevocationView> {
  demand(caller, { action: 'credentials:write' })
  const parsed = parseBody(revocationInput, body)
  if ('problems' in parsed) throw new BursarError('request.invalid', { problems: parsed.problems })
  const page = await loadPage(ports, caller, pageName)
  const { jti, expiresAt } = await readWhich(ports, page, parsed.input)
  const now = ports.clock.now()
  if (expiresAt <= now) throw invalid('/expires_at', 'The JWT has ended already.')
  await ports.memory.revocations.load()
  ports.memory.revocations.demandRoom()
  const at = {
    workspaceId: caller.workspaceId,
    kind: 'revocation',
    parentId: page.id,
    name: null,
    id: revocationId(page, jti),
  } as const
  const row = newDocument(ports, at, { jti, expiresAt } satisfies RevocationBody)
  const audit = auditEntry(caller, now, 'app_token.revoke', pageName, { jti })
  if (await ports.store.documents.insert(row, audit)) ports.memory.revocations.add(row)
  return viewRevocation(pageName, row)
}

async function readWhich(
  { clock, verification }: RevokePorts,
  row: DocumentRow,
  { token, jti, expires_at }: RevocationInput,
): Promise<RevocationBody> {
  const page = openPage(row)
  const given = expires_at === undefined ? undefined : Math.floor(Date.parse(expires_at) / 1000)
  if (token !== undefined) {
    const verified = await verification.verifySignature(page, token)
    if (isJwtFault(verified)) throw invalid('/token', verified.detail)
    const { jti: named, exp } = verified.claims
    if (typeof named !== 'string') throw invalid('/token', 'The JWT has no jti to be revoked by.')
    const end = typeof exp === 'number' ? Math.ceil(exp) : given
    if (end === undefined) throw invalid('/expires_at', 'The JWT has no exp; say when the entry may go.')
    return { jti: named, expiresAt: end + page.config.clock_tolerance_seconds }
  }
  // No JWT of the page lives longer than one that is made right now.
  const longest = page.config.mode === 'standard' ? clock.now() + page.config.ttl_seconds : undefined
  const end = given ?? longest
  if (end === undefined)
    throw invalid('/expires_at', 'A page in compat mode sets no end; say when the entry may go.')
  return { jti: jti!, expiresAt: end + page.config.clock_tolerance_seconds }
}

export async function listRevocations(
  ports: Pick<Ports, 'store'>,
  caller: Caller,
  pageName: string,
  query: PageQuery,
): Promise<Page<RevocationView>> {
  demand(caller, { action: 'credentials:read' })
  const page = await loadPage(ports, caller, pageName)
  const at = { workspaceId: caller.workspaceId, kind: 'revocation', parentId: page.id } as const
  return listDocuments(ports, at, query, (row) => viewRevocation(pageName, row))
}
