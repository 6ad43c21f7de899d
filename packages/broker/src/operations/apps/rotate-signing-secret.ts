import { BursarError } from '@bursar/domain/error.ts'
import { appProblems, parseBody, signingSecretRotation } from '@bursar/domain/issuing/app-input.ts'
import { auditEntry } from '../audit.ts'
import type { Caller } from '../operations.ts'
import { demand } from '../permission.ts'
import {
  type AppBody,
  changeDocument,
  type FormerSigningSecret,
  openAppSecrets,
  type PageBody,
  sealAppSecrets,
} from './app-documents.ts'
import type { AppView } from './app-operations.ts'
import { loadPage } from './app-pages.ts'
import { type AppPorts, loadApp, readSigningSecret, subjectOf, viewApp } from './apps.ts'

/** Former secrets that verify at the same time; the oldest goes when one more comes. */
const FORMER_AT_MOST = 4

/** Gives an app another signing secret: it signs from now on, and those before it verify until the overlap has passed. */
export async function rotateSigningSecret(
  ports: AppPorts,
  caller: Caller,
  pageName: string,
  clientId: string,
  body: unknown,
): Promise<AppView> {
  demand(caller, { action: 'credentials:write' })
  const parsed = parseBody(signingSecretRotation, body)
  if ('problems' in parsed) throw new BursarError('request.invalid', { problems: parsed.problems })
  const { signing_secret, overlap_seconds } = parsed.input
  const page = await loadPage(ports, caller, pageName)
  // An app of a page that signs with a key of its own has no secret that could be rotated.
  const { config } = page.body as unknown as PageBody
  const problems = appProblems(config, { signing_secret, grant_types: [] }, true)
  if (problems.length > 0) throw new BursarError('request.invalid', { problems })
  const row = await changeDocument(
    ports,
    () => loadApp(ports, caller, page, clientId),
    async (before) => {
      const now = ports.clock.now()
      const next = readSigningSecret(signing_secret, now)
      const app = before.body as unknown as AppBody
      const secrets = openAppSecrets(ports, before)
      const id = ports.random.text(6)
      const former = endFormer(app, id, now, now + overlap_seconds)
      const values = {
        ...secrets.formerSigningSecrets,
        ...(secrets.signingSecret && { [id]: secrets.signingSecret }),
      }
      const sealed = sealAppSecrets(ports, before, {
        ...secrets,
        signingSecret: next.value,
        formerSigningSecrets: Object.fromEntries(
          former.flatMap((each) => (values[each.id] === undefined ? [] : [[each.id, values[each.id]!]])),
        ),
      })
      const changed: AppBody = { ...app, signingSecret: next.facts, formerSigningSecrets: former }
      const audit = auditEntry(caller, now, 'app.rotate_signing_secret', subjectOf(pageName, clientId))
      return { row: { ...before, body: { ...changed }, sealed, updatedAt: now }, audit }
    },
  )
  return viewApp(pageName, row, ports.clock.now())
}

/** The secret that signed until now joins those before it; none of them lasts longer than the overlap. */
function endFormer(app: AppBody, id: string, now: number, endsAt: number): FormerSigningSecret[] {
  const last = app.signingSecret === null ? [] : [{ id, ...app.signingSecret, endsAt }]
  return [...(app.formerSigningSecrets ?? []), ...last]
    .map((each) => ({ ...each, endsAt: Math.min(each.endsAt, endsAt) }))
    .filter((each) => each.endsAt > now)
    .slice(-FORMER_AT_MOST)
}
