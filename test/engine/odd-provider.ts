import { type HttpServer, readText, startHttpServer } from '../http-server.ts'

export interface SeenRequest {
  method: string
  url: string
  headers: Record<string, string | string[] | undefined>
  body: string
}

/** What the server answers: a status, headers, and a body as text or JSON. */
export interface Reply {
  status?: number
  headers?: Record<string, string>
  body: unknown
}

/** A token endpoint that answers whatever a test says, and remembers what it was asked. */
export interface OddProvider extends HttpServer {
  tokenUrl: string
  seen: SeenRequest[]
  last(): SeenRequest
  answer(reply: (request: SeenRequest) => Reply): void
}

export async function startOddProvider(): Promise<OddProvider> {
  let reply: (request: SeenRequest) => Reply = () => ({ body: { access_token: 'first', expires_in: 3600 } })
  const seen: SeenRequest[] = []
  const server = await startHttpServer(async (request, response) => {
    const { method = '', url = '', headers } = request
    const asked = { method, url, headers, body: await readText(request) }
    seen.push(asked)
    const { status = 200, headers: extra = {}, body } = reply(asked)
    const text = typeof body === 'string' ? body : JSON.stringify(body)
    response.writeHead(status, { 'Content-Type': 'application/json', ...extra }).end(text)
  })
  return {
    ...server,
    tokenUrl: `${server.url}/token`,
    seen,
    last: () => seen.at(-1)!,
    answer(next) {
      reply = next
    },
  }
}

/** Tokens `token-1`, `token-2`, …, each with these further members. */
export function counting(members: Record<string, unknown> = { expires_in: 3600 }): () => Reply {
  let count = 0
  return () => {
    count += 1
    return { body: { access_token: `token-${count}`, token_type: 'Bearer', ...members } }
  }
}
