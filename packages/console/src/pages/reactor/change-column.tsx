import { Pencil, Trash2 } from 'lucide-react'
import type { Column } from '../../table/virtual-table.tsx'
import { IconButton } from '../../ui/button.tsx'

/** What can be done with a row; null where one may not. */
export interface RowActions<T> {
  change: ((row: T) => void) | null
  remove: ((row: T) => void) | null
}

/** The last column of a list whose rows are changed and deleted in place; none where nothing may be done. */
export const changeColumn = <T,>(
  { change, remove }: RowActions<T>,
  nameOf: (row: T) => string,
): ReadonlyArray<Column<T>> =>
  change === null && remove === null
    ? []
    : [
        {
          id: 'do',
          title: <span className="visually-hidden">Change or delete it</span>,
          width: '4.5rem',
          align: 'end',
          cell: (row) => (
            <>
              {change && (
                <IconButton name={`Change ${nameOf(row)}`} small onClick={() => change(row)}>
                  <Pencil size={16} aria-hidden="true" />
                </IconButton>
              )}
              {remove && (
                <IconButton name={`Delete ${nameOf(row)}`} small onClick={() => remove(row)}>
                  <Trash2 size={16} aria-hidden="true" />
                </IconButton>
              )}
            </>
          ),
        },
      ]
