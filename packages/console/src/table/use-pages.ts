import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { useCallback, useMemo } from 'react'
import { call } from '../api/call.ts'
import type { ReadPath } from '../api/query.ts'

const REFETCHED_PAGES = 3

interface PageOf<T> {
  items: T[]
  next_cursor: string | null
  total?: number | null
}

/** A list that comes in pages: those read so far as one, and how to get the next. */
export function usePages<T>(
  path: ReadPath,
  query: Readonly<Record<string, string | number | undefined>>,
  {
    params,
    refetchInterval = false,
  }: { params?: Record<string, string>; refetchInterval?: number | false } = {},
) {
  const result = useInfiniteQuery({
    queryKey: [path, params ?? null, query, 'pages'],
    queryFn: ({ pageParam, signal }) =>
      call('GET', path, {
        params,
        query: { ...query, cursor: pageParam },
        signal,
      } as object) as unknown as Promise<PageOf<T>>,
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
    // Thousands of rows are not compared member by member on every page.
    structuralSharing: false,
    // A list that was scrolled far is not asked for again as a whole.
    refetchInterval: ({ state }) =>
      (state.data?.pages.length ?? 0) > REFETCHED_PAGES ? false : refetchInterval,
  })
  const { data, hasNextPage, isFetchingNextPage, fetchNextPage } = result
  const rows = useMemo(() => data?.pages.flatMap((page) => page.items) ?? [], [data])
  const loadMore = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage()
  }, [hasNextPage, isFetchingNextPage, fetchNextPage])
  return {
    rows,
    /** How many there are in all, where that was asked. */
    total: data?.pages[0]?.total ?? null,
    loadMore,
    hasMore: hasNextPage,
    isLoading: result.isPending,
    /** Rows of the question before are shown while the answer to this one is on its way. */
    isStale: result.isPlaceholderData,
    error: result.error,
    retry: result.refetch,
  }
}
