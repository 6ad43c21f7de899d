import type { AnswerOf } from '@bursar/domain/api/table.ts'
import { UsersRound } from 'lucide-react'
import { Link, useLocation } from 'wouter'
import { ListCard, listOfPages } from '../../table/list-card.tsx'
import { usePages } from '../../table/use-pages.ts'
import type { Column } from '../../table/virtual-table.tsx'
import { NothingYet } from '../../ui/empty-state.tsx'
import { StatusChip } from '../../ui/status-chip.tsx'
import { Time } from '../../ui/time.tsx'

type Credential = AnswerOf<'getCredential'>

const pathOf = ({ name }: Credential) => `/credentials/${encodeURIComponent(name)}`

const COLUMNS: ReadonlyArray<Column<Credential>> = [
  {
    id: 'name',
    title: 'Account',
    width: 'minmax(6rem, 2fr)',
    cell: (credential) => <Link href={pathOf(credential)}>{credential.name}</Link>,
  },
  {
    id: 'status',
    title: 'State',
    width: '9rem',
    cell: ({ display_status }) => <StatusChip status={display_status} />,
  },
  {
    id: 'ends',
    title: 'Token ends',
    width: '8rem',
    from: 520,
    cell: ({ token }) => <Time at={token?.expires_at} none="–" />,
  },
  { id: 'made', title: 'Made', width: '8rem', from: 680, cell: ({ created_at }) => <Time at={created_at} /> },
]

/** The credentials of a provider: each is the account of a customer. */
export function Accounts({ provider }: { provider: string }) {
  const [, navigate] = useLocation()
  const accounts = usePages<Credential>('/v1/credentials', { provider, limit: 100 })
  return (
    <ListCard
      label="Connected accounts"
      title="Connected accounts"
      list={listOfPages(accounts)}
      columns={COLUMNS}
      keyOf={({ id }) => id}
      onOpen={(credential) => navigate(pathOf(credential))}
      empty={
        <NothingYet icon={UsersRound} title="Nobody has connected yet">
          Make a link below and send it to the person whose account it is.
        </NothingYet>
      }
    />
  )
}
