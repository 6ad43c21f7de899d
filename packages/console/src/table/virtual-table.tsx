import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { ArrowDown, ArrowUp, ChevronsUpDown } from 'lucide-react'
import { type MouseEvent, memo, type ReactNode, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { classNames } from '../ui/class-names.ts'
import styles from './virtual-table.module.css'

export interface Column<T> {
  id: string
  title: ReactNode
  /** A track of CSS grid: `minmax(12rem, 2fr)`. */
  width: string
  cell: (row: T) => ReactNode
  /** The name by which the list is sorted; none: it can not be. */
  sort?: string
  /** Left out where the table is narrower than this many pixels. */
  from?: number
  /** Left out where the table is this wide or wider: what a narrow one shows in place of something else. */
  below?: number
  align?: 'end'
}

interface VirtualTableProps<T> {
  label: string
  columns: ReadonlyArray<Column<T>>
  rows: readonly T[]
  keyOf: (row: T) => string
  /** How many there are in all, where more can be loaded than are there. */
  total?: number | undefined
  /** Asked for when the last rows come near. */
  onEnd?: (() => void) | undefined
  sort?: { by: string; descending: boolean } | undefined
  onSort?: ((by: string, descending: boolean) => void) | undefined
  /** Height of a row in pixels, or what says it by the width of the table. */
  rowHeight?: number | ((width: number) => number)
  isDimmed?: boolean
  onOpen?: ((row: T) => void) | undefined
}

/**
 * A table of any length that scrolls with the page; only rows in sight exist. It is told to assistive
 * technology as a table with its true number of rows.
 */
export function VirtualTable<T>({
  label,
  columns,
  rows,
  keyOf,
  total = rows.length,
  onEnd,
  sort,
  onSort,
  rowHeight = 52,
  isDimmed,
  onOpen,
}: VirtualTableProps<T>) {
  const body = useRef<HTMLDivElement>(null)
  const [{ offset, width }, setPlace] = useState({ offset: 0, width: 4000 })
  useLayoutEffect(() => {
    const measure = () => {
      if (body.current === null) return
      const { top, width: wide } = body.current.getBoundingClientRect()
      setPlace({ offset: top + window.scrollY, width: wide })
    }
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(document.body)
    if (body.current) observer.observe(body.current)
    return () => observer.disconnect()
  }, [])
  const shown = useMemo(
    () => columns.filter(({ from = 0, below = Infinity }) => width >= from && width < below),
    [columns, width],
  )
  const height = typeof rowHeight === 'number' ? rowHeight : rowHeight(width)
  const virtual = useWindowVirtualizer({
    count: rows.length,
    estimateSize: () => height,
    overscan: 12,
    scrollMargin: offset,
    getItemKey: (index) => keyOf(rows[index]!),
  })
  // biome-ignore lint/correctness/useExhaustiveDependencies: what was measured is forgotten when rows change height
  useLayoutEffect(() => virtual.measure(), [height])
  const items = virtual.getVirtualItems()
  const last = items.at(-1)?.index ?? 0
  const isNearEnd = rows.length > 0 && last >= rows.length - 20
  useLayoutEffect(() => {
    if (isNearEnd) onEnd?.()
  }, [isNearEnd, onEnd])
  const tracks = { gridTemplateColumns: tracksOf(shown) }
  return (
    // biome-ignore lint/a11y/useSemanticElements: rows that are placed by hand can not stand in a <table>
    <div role="table" aria-label={label} aria-rowcount={total + 1} className={styles.table}>
      {/* biome-ignore lint/a11y/useSemanticElements: see above */}
      {/* biome-ignore lint/a11y/useFocusableInteractive: a row of a table takes no focus */}
      <div role="row" aria-rowindex={1} className={styles.head} style={tracks}>
        {shown.map((column) => (
          <HeadCell key={column.id} column={column} sort={sort} onSort={onSort} />
        ))}
      </div>
      {/* biome-ignore lint/a11y/useSemanticElements: see above */}
      <div
        role="rowgroup"
        ref={body}
        className={classNames(styles.body, isDimmed && styles.dimmed)}
        style={{ height: virtual.getTotalSize() }}
      >
        {items.map((item) => {
          const row = rows[item.index]!
          return (
            <Row
              key={item.key}
              row={row}
              index={item.index}
              top={item.start - offset}
              height={height}
              columns={shown}
              onOpen={onOpen}
            />
          )
        })}
      </div>
    </div>
  )
}

interface RowProps<T> {
  row: T
  index: number
  top: number
  height: number
  columns: ReadonlyArray<Column<T>>
  onOpen: ((row: T) => void) | undefined
}

/** Drawn again only when it itself changed: scrolling moves rows in and out and leaves the others alone. */
const Row = memo(function Row<T>({ row, index, top, height, columns, onOpen }: RowProps<T>) {
  const opensOn = (event: MouseEvent) => {
    const isControl = (event.target as Element).closest('a, button, input, label')
    if (!isControl && !window.getSelection()?.toString()) onOpen?.(row)
  }
  return (
    // biome-ignore lint/a11y/useSemanticElements: rows that are placed by hand can not stand in a <table>
    // biome-ignore lint/a11y/useFocusableInteractive: the link in its first cell takes the focus
    // biome-ignore lint/a11y/useKeyWithClickEvents: the link in its first cell does the same by key
    <div
      role="row"
      aria-rowindex={index + 2}
      className={classNames(styles.row, onOpen && styles.opens)}
      style={{ gridTemplateColumns: tracksOf(columns), height, transform: `translateY(${top}px)` }}
      onClick={onOpen && opensOn}
    >
      {columns.map((column) => (
        // biome-ignore lint/a11y/useSemanticElements: see above
        <div key={column.id} role="cell" className={styles.cell} data-align={column.align}>
          {column.cell(row)}
        </div>
      ))}
    </div>
  )
}) as <T>(props: RowProps<T>) => ReactNode

const tracksOf = <T,>(columns: ReadonlyArray<Column<T>>) => columns.map(({ width }) => width).join(' ')

function HeadCell<T>({
  column,
  sort,
  onSort,
}: {
  column: Column<T>
  sort: VirtualTableProps<T>['sort']
  onSort: VirtualTableProps<T>['onSort']
}) {
  const isSorted = column.sort !== undefined && sort?.by === column.sort
  const direction = isSorted ? (sort?.descending ? 'descending' : 'ascending') : undefined
  const Icon = direction === 'ascending' ? ArrowUp : direction === 'descending' ? ArrowDown : ChevronsUpDown
  return (
    // biome-ignore lint/a11y/useSemanticElements: rows that are placed by hand can not stand in a <table>
    // biome-ignore lint/a11y/useFocusableInteractive: the button in it takes the focus
    <div role="columnheader" aria-sort={direction} className={styles.headCell} data-align={column.align}>
      {column.sort !== undefined && onSort ? (
        <button
          type="button"
          className={styles.sort}
          data-sorted={isSorted || undefined}
          onClick={() => onSort(column.sort!, isSorted && !sort?.descending)}
        >
          {column.title}
          <Icon size={13} aria-hidden="true" />
        </button>
      ) : (
        column.title
      )}
    </div>
  )
}
