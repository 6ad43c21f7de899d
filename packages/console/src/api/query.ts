import type { ApiRoute } from '@bursar/domain/api/table.ts'
import { QueryClient, queryOptions } from '@tanstack/react-query'
import { type Answer, type CallOptions, call } from './call.ts'
import { ConnectionLost } from './problem.ts'

/** Answers that the console keeps for a while; what failed for want of a connection is asked again. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      networkMode: 'always',
      retry: (count, error) => error instanceof ConnectionLost && count < 20,
      retryDelay: (count) => Math.min(1000 * 2 ** count, 8000),
    },
    mutations: { networkMode: 'always' },
  },
})

type ReadRoute = Extract<ApiRoute, { method: 'GET' }>
export type ReadPath = ReadRoute['path']
type ReadOptions<P> = Omit<CallOptions<Extract<ReadRoute, { path: P }>>, 'signal' | 'body'>

/** A read of the API for `useQuery`; its key begins with the path, so `invalidate('/v1/callers')` finds it. */
export const read = <P extends ReadPath>(path: P, options: ReadOptions<P> = {}) =>
  queryOptions<Answer<'GET', P>>({
    queryKey: [path, options.params ?? null, options.query ?? null],
    queryFn: ({ signal }) => call('GET', path, { ...options, signal } as object),
  })

/** Reads of these paths are asked again. */
export const invalidate = (...paths: readonly ReadPath[]): Promise<unknown> =>
  Promise.all(paths.map((path) => queryClient.invalidateQueries({ queryKey: [path] })))
