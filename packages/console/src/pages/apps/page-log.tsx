import type { AnswerOf } from '@bursar/domain/api/table.ts'
import { Inbox, TriangleAlert } from 'lucide-react'
import { ListCard, listOfPages } from '../../table/list-card.tsx'
import { usePages } from '../../table/use-pages.ts'
import type { Column } from '../../table/virtual-table.tsx'
import { NothingYet } from '../../ui/empty-state.tsx'
import { Time } from '../../ui/time.tsx'

type Entry = AnswerOf<'listAppRequests'>['items'][number]
type Fault = AnswerOf<'listAppExceptions'>['items'][number]

const REFRESH_MS = 5_000

const REQUEST_COLUMNS: ReadonlyArray<Column<Entry>> = [
  { id: 'at', title: 'When', width: '8rem', cell: ({ at }) => <Time at={at} /> },
  { id: 'method', title: 'Method', width: '4.5rem', from: 420, cell: ({ Method }) => <code>{Method}</code> },
  {
    id: 'address',
    title: 'Address',
    width: 'minmax(6rem, 2fr)',
    cell: ({ RequestURL, QueryString }) => (
      <code title={`${RequestURL}?${QueryString}`}>{QueryString ? `?${QueryString}` : RequestURL}</code>
    ),
  },
  {
    id: 'client',
    title: 'Client',
    width: '9rem',
    from: 620,
    cell: ({ ClientIP }) => <code>{ClientIP}</code>,
  },
  {
    id: 'agent',
    title: 'User agent',
    width: 'minmax(6rem, 1fr)',
    from: 820,
    cell: ({ UserAgent }) => <span title={UserAgent}>{UserAgent}</span>,
  },
]

/** The table HTTPProperties of a page. */
export function PageRequests({ name }: { name: string }) {
  const requests = usePages<Entry>(
    '/v1/app-pages/{name}/requests',
    { limit: 100 },
    { params: { name }, refetchInterval: REFRESH_MS },
  )
  return (
    <ListCard
      label="Requests"
      title="Requests"
      note="HTTPProperties, newest first. No value of a query, no body and no secret is in it."
      list={listOfPages(requests)}
      columns={REQUEST_COLUMNS}
      keyOf={({ id }) => id}
      empty={<NothingYet icon={Inbox} title="Nobody has asked yet" />}
    />
  )
}

const FAULT_COLUMNS: ReadonlyArray<Column<Fault>> = [
  { id: 'at', title: 'When', width: '8rem', cell: ({ at }) => <Time at={at} /> },
  {
    id: 'message',
    title: 'Message',
    width: 'minmax(6rem, 2fr)',
    cell: ({ Message, Description }) => <span title={Description || Message}>{Message}</span>,
  },
  {
    id: 'where',
    title: 'Where',
    width: 'minmax(7rem, 1fr)',
    from: 560,
    cell: ({ FunctionName }) => <code>{FunctionName}</code>,
  },
]

/** The table CustomAppException of a page. */
export function PageExceptions({ name }: { name: string }) {
  const faults = usePages<Fault>(
    '/v1/app-pages/{name}/exceptions',
    { limit: 100 },
    { params: { name }, refetchInterval: REFRESH_MS },
  )
  return (
    <ListCard
      label="Exceptions"
      title="Exceptions"
      note="CustomAppException, newest first."
      list={listOfPages(faults)}
      columns={FAULT_COLUMNS}
      keyOf={({ id }) => id}
      empty={<NothingYet icon={TriangleAlert} title="Nothing was thrown" />}
    />
  )
}
