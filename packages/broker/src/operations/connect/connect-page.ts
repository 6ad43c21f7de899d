import { answersOf, connectForm, type Question } from '@bursar/domain/connect-form.ts'
import { BursarError, type Problem } from '@bursar/domain/error.ts'
import type { AnyRecipe } from '@bursar/domain/every-recipe.ts'
import { grantOf } from '@bursar/domain/grants/table.ts'
import { authorize } from '../authorize.ts'
import { createCredential } from '../create-credential.ts'
import type { Exchanger } from '../exchange-now.ts'
import { forceExchange } from '../force-exchange.ts'
import type { Caller, CredentialView, ProviderView } from '../operations.ts'
import type { Ports } from '../ports.ts'
import { getProvider } from '../providers.ts'
import { updateCredential } from '../update-credential.ts'
import { validate } from '../validate.ts'
import { ATTEMPTS_AT_MOST, type ConnectLink, findLink, type KeptLink, releaseLink, saveLink } from './link.ts'

type PagePorts = Ports & { exchanger: Exchanger }

/** What a page shows of a link. */
export interface ConnectView {
  title: string
  description: string | null
  credential: string
  questions: readonly Question[]
  /** The host a person is sent to; null when nobody is. */
  signsInAt: string | null
  expiresAt: number
}

/** What came of a form. */
export type ConnectResult =
  | { kind: 'connected'; credential: string }
  /** To a page of the provider, where the person consents. */
  | { kind: 'redirect'; url: string; host: string }
  /** By the name of the question; the others are about the whole. */
  | { kind: 'invalid'; byQuestion: ReadonlyMap<string, Problem>; others: readonly Problem[] }
  | { kind: 'failed'; detail: string }

export interface ConnectOperations {
  /** Throws `connect_link.not_found` and `connect_link.ended`. */
  openConnectLink(token: string): Promise<ConnectView>
  submitConnectLink(
    token: string,
    typed: Readonly<Record<string, string | undefined>>,
  ): Promise<ConnectResult>
}

const WAIT_SECONDS = 25

export function createConnectOperations(ports: PagePorts): ConnectOperations {
  async function open(
    token: string,
  ): Promise<{ kept: KeptLink; provider: ProviderView; questions: Question[] }> {
    const kept = await findLink(ports, token)
    demandOpen(ports, kept.link)
    const provider = await getProvider(ports, personOf(kept.link), kept.link.provider)
    const questions = connectForm(provider.recipe as AnyRecipe, Object.keys(provider.secrets))
    return { kept, provider, questions }
  }

  return {
    async openConnectLink(token) {
      const { kept, provider, questions } = await open(token)
      const { title, description, credential, expiresAt } = kept.link
      const signsInAt = hostOf(provider.recipe)
      return { title: title ?? provider.name, description, credential, questions, signsInAt, expiresAt }
    },

    async submitConnectLink(token, typed) {
      const { kept, questions } = await open(token)
      const held = await hold(ports, kept)
      let link = held.link
      try {
        const result = await connect(ports, link, answersOf(questions, typed), questions)
        if (result.kind === 'connected') link = { ...link, usedAt: ports.clock.now() }
        return result
      } finally {
        await releaseLink(ports, { ...held, link })
      }
    },
  }
}

/** A person with a link may do what the link is for, and is named by it in the audit. */
const personOf = ({ workspaceId, id }: ConnectLink): Caller => ({
  workspaceId,
  id: `link:${id.slice(0, 12)}`,
  name: 'a person with a connect link',
  scopes: ['credentials:write'],
})

function demandOpen({ clock }: Pick<Ports, 'clock'>, link: ConnectLink): void {
  const ended = (detail: string) =>
    new BursarError('connect_link.ended', { detail, hint: 'Ask for a new one where you got it.' })
  if (link.usedAt !== null) throw ended('This link has done its work: the account is connected.')
  if (link.expiresAt <= clock.now()) throw ended('This link has expired.')
  if (link.attempts >= ATTEMPTS_AT_MOST) throw ended('This link was tried too many times.')
}

const HOLD_SECONDS = 60

/** One submission at a time: a double click makes one credential. */
async function hold(ports: Pick<Ports, 'store' | 'clock'>, { link, revision }: KeptLink): Promise<KeptLink> {
  const now = ports.clock.now()
  if (link.busyUntil !== null && link.busyUntil > now) throw new BursarError('connect_link.busy')
  const next = { ...link, attempts: link.attempts + 1, busyUntil: now + HOLD_SECONDS }
  return saveLink(ports, { link: next, revision })
}

async function connect(
  ports: PagePorts,
  link: ConnectLink,
  answers: ReturnType<typeof answersOf>,
  questions: readonly Question[],
): Promise<ConnectResult> {
  const person = personOf(link)
  try {
    const view = await saveCredential(ports, person, link, answers)
    if ('failed' in view) return { kind: 'failed', detail: view.failed }
    const { credential } = view
    if (grantOf(credential.recipe).consent === 'redirect') {
      const { authorizationUrl } = await authorize(ports, person, credential.name, link.id)
      return { kind: 'redirect', url: authorizationUrl, host: new URL(authorizationUrl).host }
    }
    if (credential.status === 'active') return { kind: 'connected', credential: credential.name }
    return { kind: 'failed', detail: failureText(credential.reason?.code, credential.reason?.detail) }
  } catch (error) {
    if (error instanceof BursarError && error.code === 'request.invalid')
      return sortProblems(error, questions)
    if (error instanceof BursarError && error.status === 502) return { kind: 'failed', detail: error.detail }
    throw error
  }
}

/** Makes the credential, or changes the one that an earlier form made. */
async function saveCredential(
  ports: PagePorts,
  person: Caller,
  link: ConnectLink,
  answers: ReturnType<typeof answersOf>,
): Promise<CredentialView | { failed: string }> {
  const { workspaceId, provider, credential: name, destinations, environment, labels } = link
  const body = {
    provider,
    ...answers,
    ...(destinations !== null && { destinations }),
    ...(environment !== null && { environment }),
    ...(labels !== null && { labels }),
  }
  const existing = await ports.store.credentials.get(workspaceId, name)
  if (existing === undefined) {
    return createCredential(ports, person, { name, ...body }, { waitSeconds: WAIT_SECONDS })
  }
  if (existing.provider?.name !== provider) {
    return { failed: `Another account is called "${name}" by now.` }
  }
  // What somebody mistypes must not take the place of what works.
  if (grantOf(existing.recipe).consent === 'none') {
    const trial = await validate(ports, person, { name, ...body })
    if (trial.valid !== true) return { failed: detailOfTrial(trial) }
  }
  const changed = await updateCredential(ports, person, name, body)
  if (grantOf(changed.credential.recipe).consent !== 'none') return changed
  await forceExchange(ports, person, name)
  const row = await ports.store.credentials.get(workspaceId, name)
  return {
    ...changed,
    credential: { ...changed.credential, ...(row && { status: row.status, reason: row.reason }) },
  }
}

/** What a refusal means for somebody who has just typed something. */
const REFUSALS: Readonly<Record<string, string>> = {
  invalid_grant: 'The provider does not accept what was entered. Check it letter by letter.',
  invalid_client: 'The provider does not know this client, or its secret is another one.',
}

function failureText(code = '', detail: string | null | undefined): string {
  const error = code.replace(/^provider\./, '')
  const plain = Object.hasOwn(REFUSALS, error) ? REFUSALS[error] : detail
  return plain ?? 'The provider has not answered yet.'
}

function detailOfTrial({ error }: Record<string, unknown>): string {
  const { code, detail } = (error ?? {}) as { code?: string; detail?: string | null }
  return failureText(code, detail)
}

function sortProblems(
  error: BursarError,
  questions: readonly Question[],
): ConnectResult & { kind: 'invalid' } {
  const byQuestion = new Map<string, Problem>()
  const others: Problem[] = []
  for (const problem of error.problems) {
    const question = questions.find(({ pointer }) => pointer === problem.path)
    if (question === undefined) others.push(problem)
    else if (!byQuestion.has(question.name)) byQuestion.set(question.name, problem)
  }
  return { kind: 'invalid', byQuestion, others }
}

function hostOf(recipe: Record<string, unknown>): string | null {
  const url = recipe.authorization_url
  return typeof url === 'string' ? (URL.parse(url)?.host ?? null) : null
}
