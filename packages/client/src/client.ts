import type { AnswerOf, BodyOf, CallId, QueryOf } from './calls.ts'
import { createFetch, type FetchOptions } from './delivery.ts'
import { createTokens, type Token, type TokenOptions } from './tokens.ts'
import { type CallInput, type ClientSettings, createTransport } from './transport.ts'

type Answer<Id extends CallId> = Promise<AnswerOf<Id>>

/** A client of one Bursar with one key. */
export interface BursarClient {
  /** The token of a credential, from memory where it can. Needs `tokens:<name>`. */
  token(name: string, options?: TokenOptions): Promise<Token>
  /** Makes the next {@link token} come from Bursar, for one that its destination refused. */
  forgetToken(name: string): void
  /** A `fetch` with the credential's token in it. Needs `proxy:<name>`, or `tokens:<name>` when direct. */
  fetchAs(name: string, options?: FetchOptions): typeof fetch
  /** Runs one exchange with what is given and saves nothing. */
  validate(body: BodyOf<'validateCredential'>): Answer<'validateCredential'>
  /** Whether the credential's token may go there, and by which rule. */
  explain(body: BodyOf<'explain'>): Answer<'explain'>
  credentials: {
    /** With `wait` the answer comes when the first exchange has ended, at the latest after that many seconds. */
    create(body: BodyOf<'createCredential'>, query?: QueryOf<'createCredential'>): Answer<'createCredential'>
    list(query?: QueryOf<'listCredentials'>): Answer<'listCredentials'>
    /** All pages, one credential after another. */
    each(query?: QueryOf<'listCredentials'>): AsyncIterable<AnswerOf<'getCredential'>>
    get(name: string): Answer<'getCredential'>
    /** A JSON merge patch (RFC 7396). */
    update(name: string, patch: BodyOf<'updateCredential'>): Answer<'updateCredential'>
    delete(name: string): Answer<'deleteCredential'>
    authorize(name: string): Answer<'authorizeCredential'>
    pause(name: string): Answer<'pauseCredential'>
    resume(name: string): Answer<'resumeCredential'>
    exchange(name: string): Answer<'exchangeCredential'>
    exchanges(name: string, query?: QueryOf<'listExchanges'>): Answer<'listExchanges'>
  }
  providers: {
    create(body: BodyOf<'createProvider'>): Answer<'createProvider'>
    list(query?: QueryOf<'listProviders'>): Answer<'listProviders'>
    get(name: string): Answer<'getProvider'>
    put(name: string, body: BodyOf<'putProvider'>): Answer<'putProvider'>
    delete(name: string): Answer<'deleteProvider'>
  }
  callers: {
    /** The key is in this answer and in no other. */
    create(body: BodyOf<'createCaller'>): Answer<'createCaller'>
    list(): Answer<'listCallers'>
    delete(id: string): Answer<'deleteCaller'>
  }
}

/** Makes a client; nothing is sent before the first call. */
export function createClient(settings: ClientSettings): BursarClient {
  const transport = createTransport(settings)
  const tokens = createTokens(transport, settings.now ?? (() => Date.now()))
  const direct = settings.fetch ?? ((...input: Parameters<typeof fetch>) => fetch(...input))
  const call = async <Id extends CallId>(id: Id, input?: CallInput): Answer<Id> =>
    (await transport.call(id, input)).body
  const named =
    <Id extends CallId>(id: Id) =>
    (name: string) =>
      call(id, { params: { name } })
  /** What was changed gives another token, or none. */
  const changed =
    <Id extends CallId>(id: Id) =>
    async (name: string, body?: unknown) => {
      const answer = await call(id, { params: { name }, ...(body !== undefined && { body }) })
      tokens.forget(name)
      return answer
    }
  return {
    token: tokens.get,
    forgetToken: tokens.forget,
    fetchAs: (name, options = {}) => createFetch(transport, direct, name, options),
    validate: (body) => call('validateCredential', { body }),
    explain: (body) => call('explain', { body }),
    credentials: {
      create: (body, query = {}) => call('createCredential', { body, query }),
      list: (query = {}) => call('listCredentials', { query }),
      async *each(query = {}) {
        let cursor: string | undefined
        do {
          const page = await call('listCredentials', { query: { ...query, ...(cursor && { cursor }) } })
          yield* page.items
          cursor = page.next_cursor ?? undefined
        } while (cursor !== undefined)
      },
      get: named('getCredential'),
      update: changed('updateCredential'),
      delete: changed('deleteCredential'),
      authorize: named('authorizeCredential'),
      pause: changed('pauseCredential'),
      resume: changed('resumeCredential'),
      exchange: changed('exchangeCredential'),
      exchanges: (name, query = {}) => call('listExchanges', { params: { name }, query }),
    },
    providers: {
      create: (body) => call('createProvider', { body }),
      list: (query = {}) => call('listProviders', { query }),
      get: named('getProvider'),
      put: (name, body) => call('putProvider', { params: { name }, body }),
      delete: named('deleteProvider'),
    },
    callers: {
      create: (body) => call('createCaller', { body }),
      list: () => call('listCallers'),
      delete: (id) => call('deleteCaller', { params: { id } }),
    },
  }
}
