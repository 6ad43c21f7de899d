import { queryOptions } from '@tanstack/react-query'
import { callDoor } from '../../api/door.ts'
import type { JsonSchema } from '../../form/json-schema.ts'

/** The Reactor door speaks JSON:API 1.0; see docs/reactor.md. */
export const REACTOR = '/reactor'

export interface Linkage {
  type: string
  id: string
}

export interface Resource<A = Record<string, unknown>> {
  id: string
  type: string
  attributes: A & { created_at: string; updated_at: string }
  relationships: Record<string, { data?: Linkage | Linkage[] | null; meta?: Record<string, unknown> }>
  meta: Record<string, unknown>
}

export interface One<A> {
  data: Resource<A>
}
export interface Many<A> {
  data: Resource<A>[]
}
/** What the API gives of them at once. */
export interface PageOf<A> extends Many<A> {
  meta: { pagination?: { next_page: number | null } }
}

export interface Property {
  name: string
  platform: 'web' | 'edge' | 'mobile' | null
  enabled: boolean
}

export const STAGES = ['development', 'staging', 'production'] as const
export interface Environment {
  name: string
  stage: (typeof STAGES)[number]
}

export type SecretStatus = 'pending' | 'manual_authorization' | 'succeeded' | 'failed'
export interface Secret {
  name: string
  type_of: string
  status: SecretStatus
  activated_at: string | null
  expires_at: string | null
  refresh_at: string | null
  credentials: Record<string, unknown>
}

export interface ProcessingError {
  title?: string
  detail?: string
  code?: string
}

/** What `meta` says of a secret. */
export interface SecretMeta {
  status_details?: { errors: ProcessingError[] }
  refresh_status?: 'pending' | 'succeeded' | 'failed'
  refresh_status_details?: { errors: ProcessingError[] }
  authorization_url?: string
  authorization_url_expires_at?: string
  test_exchange?: unknown
}

export interface Library {
  name: string
  state: 'development' | 'submitted' | 'approved' | 'published' | 'rejected'
  published_at: string | null
  build_required: boolean
}

export interface Build {
  status: 'pending' | 'succeeded' | 'failed'
  token: string | null
}

/** What has revisions: the head, number 0, is worked on. */
export interface Revisioned {
  name: string
  enabled: boolean
  /** Of a head: changed since its newest revision. */
  dirty: boolean
  published: boolean
  revision_number: number
}
export type RevisionedType = 'extensions' | 'data_elements' | 'rules'

/** What says which delegate works, and with what. */
export interface Delegated {
  delegate_descriptor_id: string
  /** JSON in a text. */
  settings: string
}
export interface DataElement extends Revisioned, Delegated {
  default_value: string | null
  clean_text: boolean
  force_lower_case: boolean
}
export type Rule = Revisioned
export interface RuleComponent extends Delegated {
  name: string
  order: number
  negate: boolean
}
export interface Extension extends Revisioned {
  display_name: string
  version: string
}

export interface Callback {
  url: string
  subscriptions: string[]
}
/** What `meta` says of a callback. */
export interface CallbackMeta {
  /** Messages that are tried again later. */
  waiting: number
  last_failure: { at: string; type_of: string; detail: string } | null
}

/** One thing that an extension can do. */
export interface Delegate {
  id: string
  name: string
  display_name: string
  schema: JsonSchema
}
export type DelegateKind = 'data_elements' | 'conditions' | 'actions'
export interface ExtensionPackage extends Record<DelegateKind, Delegate[]> {
  name: string
  display_name: string
  description: string
  version: string
}

export interface Host {
  name: string
  type_of: 'akamai' | 'sftp'
  status: string
  server: string | null
  path: string | null
  port: number | null
  username: string | null
}

/** Of the head that a revision was made of. */
export const originOf = (resource: Resource<unknown>): string | null => idOf(resource, 'origin')

/** Number of the newest revision of a head; 0 while there is none. */
export const newestRevision = ({ meta }: Resource<unknown>): number =>
  Number(meta.latest_revision_number ?? 0)

/** There is one company, the workspace. */
export const companyQuery = queryOptions({
  queryKey: [REACTOR, '/companies', 'the one'],
  queryFn: async ({ signal }) =>
    (await callDoor<Many<{ name: string }>>(REACTOR, 'GET', '/companies', { signal })).data[0]!.id,
  staleTime: Number.POSITIVE_INFINITY,
})

/** One page of a list, by name; as many as the API gives at once. */
export const fetchPage = <A>(path: string, number: number, query: { sort?: string }, signal: AbortSignal) =>
  callDoor<PageOf<A>>(REACTOR, 'GET', path, {
    query: { 'page[size]': 100, 'page[number]': number, ...query },
    signal,
  })

export const nextPage = ({ meta }: PageOf<unknown>): number | null => meta.pagination?.next_page ?? null

/** What pages have between them. One that moved while they were read may stand on two. */
export const joinPages = <A>(pages: ReadonlyArray<Many<A>>): Resource<A>[] => [
  ...new Map(pages.flatMap(({ data }) => data).map((resource) => [resource.id, resource])).values(),
]

/** All of a list, by name, for what needs to know every one of them. */
export const readMany = <A>(path: string) =>
  queryOptions({
    queryKey: [REACTOR, path, 'all'],
    async queryFn({ signal }): Promise<Many<A>> {
      const pages: PageOf<A>[] = []
      for (let number: number | null = 1; number !== null; number = nextPage(pages.at(-1)!)) {
        pages.push(await fetchPage<A>(path, number, {}, signal))
      }
      return { data: joinPages(pages) }
    },
  })

export const pathOfProperty = (id: string, tab?: string) =>
  `/reactor/properties/${id}${tab === undefined ? '' : `?tab=${tab}`}`
export const pathOfSecret = (id: string) => `/reactor/secrets/${id}`
export const pathOfLibrary = (id: string) => `/reactor/libraries/${id}`
export const pathOfElement = (id: string) => `/reactor/data-elements/${id}`
export const pathOfRule = (id: string) => `/reactor/rules/${id}`
export const pathOfBuild = (id: string) => `/reactor/builds/${id}`

/** The id that a relationship to one names. */
export function idOf(resource: Resource<unknown>, name: string): string | null {
  const data = resource.relationships[name]?.data
  return data === undefined || data === null || Array.isArray(data) ? null : data.id
}
