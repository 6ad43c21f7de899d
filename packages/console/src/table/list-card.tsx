import type { ReactNode } from 'react'
import { Card } from '../ui/card.tsx'
import { ErrorNotice } from '../ui/notice.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import styles from './list-card.module.css'
import { type Column, VirtualTable } from './virtual-table.tsx'

/** A list as `useQuery` and `usePages` have it. */
export interface List<T> {
  rows: readonly T[] | undefined
  error: unknown
  retry: () => unknown
  loadMore?: () => void
}

/** A list in a card: while it waits, when it fails, when it is empty, and its rows. */
export function ListCard<T>({
  label,
  title,
  note,
  actions,
  list,
  columns,
  keyOf,
  onOpen,
  empty,
  rowHeight,
}: {
  label: string
  title?: ReactNode
  note?: ReactNode
  actions?: ReactNode
  list: List<T>
  columns: ReadonlyArray<Column<T>>
  keyOf: (row: T) => string
  onOpen?: (row: T) => void
  empty: ReactNode
  rowHeight?: number
}) {
  const { rows, error, retry, loadMore } = list
  return (
    <Card flush title={title} note={note} actions={actions} className={title ? styles.titled : undefined}>
      {error ? (
        <div className={styles.inset}>
          <ErrorNotice error={error} onRetry={() => void retry()} />
        </div>
      ) : rows === undefined ? (
        <div className={styles.inset}>
          <Skeleton lines={4} />
        </div>
      ) : rows.length === 0 ? (
        empty
      ) : (
        <VirtualTable
          label={label}
          columns={columns}
          rows={rows}
          keyOf={keyOf}
          onEnd={loadMore}
          onOpen={onOpen}
          {...(rowHeight !== undefined && { rowHeight })}
        />
      )}
    </Card>
  )
}

/** What `usePages` says, for {@link ListCard}. */
export const listOfPages = <T,>(pages: {
  rows: readonly T[]
  isLoading: boolean
  error: unknown
  retry: () => unknown
  loadMore: () => void
}): List<T> => ({ ...pages, rows: pages.isLoading ? undefined : pages.rows })

/** What `useQuery` says of a whole list. */
export const listOfQuery = <T,>(query: {
  data: { items: readonly T[] } | undefined
  error: unknown
  refetch: () => unknown
}): List<T> => ({ rows: query.data?.items, error: query.error, retry: query.refetch })
