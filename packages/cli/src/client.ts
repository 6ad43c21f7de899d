import type { Route } from '@bursar/domain/api/route.ts'
import { type AnswerOf, type OperationId, ROUTES } from '@bursar/domain/api/table.ts'
import { Failure, type FailureProblem, hintFor, notBursar } from './failure.ts'

export interface CallInput {
  params?: Readonly<Record<string, string>>
  query?: Readonly<Record<string, string | number | undefined>>
  body?: unknown
}

/** Calls the REST API by operation; paths and methods come from the table of routes. */
export interface Client {
  url: string
  call<Id extends OperationId>(id: Id, input?: CallInput): Promise<AnswerOf<Id>>
  /** For calls that answer something else than JSON. */
  stream(id: OperationId, input?: CallInput): Promise<AsyncIterable<Uint8Array>>
  /** A plain request to the same server, for health checks. */
  probe(path: string): Promise<Response>
}

export function createClient(url: string, key: string | undefined): Client {
  const base = url.replace(/\/+$/, '')

  async function ask(id: OperationId, { params = {}, query = {}, body }: CallInput = {}): Promise<Response> {
    const route: Route = ROUTES.find((each) => each.operationId === id)!
    const target = new URL(base + route.path.replaceAll(/\{(\w+)\}/g, (_, name) => segment(params[name]!)))
    for (const [name, value] of Object.entries(query))
      if (value !== undefined) target.searchParams.set(name, String(value))
    const response = await send(target, {
      method: route.method,
      headers: {
        Accept: route.answer.mediaTypes?.join(', ') ?? 'application/json',
        ...(key !== undefined && { Authorization: `Bearer ${key}` }),
        ...(body !== undefined && { 'Content-Type': route.body!.mediaTypes[0]! }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    if (!response.ok) throw await readProblem(response)
    return response
  }

  return {
    url: base,
    probe: (path) => send(new URL(base + path), { method: 'GET' }),
    async call(id, input) {
      const response = await ask(id, input)
      return (response.status === 204 ? undefined : await readAnswer(id, response)) as AnswerOf<typeof id>
    },
    async stream(id, input) {
      return (await ask(id, input)).body!
    },
  }
}

/** The answer in JSON. Only whether it is one of Bursar's is looked at: of another version, more may differ. */
async function readAnswer(id: OperationId, response: Response): Promise<unknown> {
  const { answer }: Route = ROUTES.find((each) => each.operationId === id)!
  const body: unknown = await response.json().catch(() => undefined)
  const read = answer.schema?.safeParse(body)
  const isOther = read?.error?.issues.some(({ path }) => path.length <= 1) ?? body === undefined
  if (isOther) throw notBursar(response.status, response.url)
  return body
}

/** A name as one segment of a path. `.` and `..` would be taken for steps, and no thing is called so. */
function segment(name: string): string {
  if (name !== '.' && name !== '..') return encodeURIComponent(name)
  throw new Failure(`Nothing is called "${name}".`, { code: 'request.not_found' })
}

async function send(target: URL, init: RequestInit): Promise<Response> {
  try {
    return await fetch(target, { ...init, redirect: 'manual' })
  } catch (error) {
    const { cause } = error as { cause?: { code?: string } }
    throw new Failure(`No answer from ${target.origin}${cause?.code ? ` (${cause.code})` : ''}.`, {
      hint: 'Is the server running (bursar serve), and does BURSAR_URL or --url say where?',
    })
  }
}

interface ProblemAnswer {
  title?: string
  detail?: string
  code?: string
  hint?: string
  errors?: FailureProblem[]
  request_id?: string
}

async function readProblem(response: Response): Promise<Failure> {
  const isProblem = response.headers.get('content-type')?.startsWith('application/problem+json') ?? false
  if (!isProblem) return notBursar(response.status, response.url)
  const { title, detail, code, hint, errors = [], request_id } = (await response.json()) as ProblemAnswer
  const isSaidBelow = errors.some((problem) => problem.detail === detail)
  const sentence = isSaidBelow ? title : (detail ?? title)
  return new Failure(sentence ?? `The server answered ${response.status}.`, {
    code,
    hint: errors.some((problem) => problem.hint === hint) ? undefined : hintFor(code, hint),
    problems: errors,
    requestId: request_id,
  })
}
