import { useInfiniteQuery } from '@tanstack/react-query'
import { useCallback, useMemo } from 'react'
import type { List } from '../../table/list-card.tsx'
import { fetchPage, joinPages, nextPage, REACTOR, type Resource } from './wire.ts'

/** A list of the door for a table, which asks for further pages as it is scrolled. */
export function useMany<A>(
  path: string,
  {
    sort,
    enabled = true,
    refetchMs = () => false,
  }: {
    /** By name when absent. */
    sort?: string
    enabled?: boolean
    refetchMs?: (rows: ReadonlyArray<Resource<A>>) => number | false
  } = {},
): List<Resource<A>> {
  const query = sort === undefined ? {} : { sort }
  const { data, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = useInfiniteQuery({
    queryKey: [REACTOR, path, 'pages', query],
    queryFn: ({ pageParam, signal }) => fetchPage<A>(path, pageParam, query, signal),
    initialPageParam: 1,
    getNextPageParam: nextPage,
    refetchInterval: ({ state }) => refetchMs(joinPages(state.data?.pages ?? [])),
    enabled,
  })
  const rows = useMemo(() => (data === undefined ? undefined : joinPages(data.pages)), [data])
  const loadMore = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage()
  }, [hasNextPage, isFetchingNextPage, fetchNextPage])
  return { rows, error, retry: refetch, loadMore }
}
