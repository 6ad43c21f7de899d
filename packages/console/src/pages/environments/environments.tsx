import type { AnswerOf } from '@bursar/domain/api/table.ts'
import { useQuery } from '@tanstack/react-query'
import { Layers } from 'lucide-react'
import { Link } from 'wouter'
import { read } from '../../api/query.ts'
import { Page } from '../../app/page.tsx'
import { ListCard, listOfQuery } from '../../table/list-card.tsx'
import type { Column } from '../../table/virtual-table.tsx'
import { ButtonLink } from '../../ui/button.tsx'
import { Cluster, Quiet } from '../../ui/cluster.tsx'
import { NothingYet } from '../../ui/empty-state.tsx'
import { Chip, type ShownStatus, STATUS_LOOKS } from '../../ui/status-chip.tsx'

type Environment = AnswerOf<'listEnvironments'>['items'][number]

const inEnvironment = (name: string, status?: string) =>
  `/credentials?${new URLSearchParams({ environment: name, ...(status !== undefined && { status }) })}`

/** In the order in which the states are told everywhere. */
const statusesOf = ({ by_status }: Environment) =>
  (Object.keys(STATUS_LOOKS) as ShownStatus[]).filter((status) => (by_status[status] ?? 0) > 0)

const COLUMNS: ReadonlyArray<Column<Environment>> = [
  {
    id: 'name',
    title: 'Environment',
    width: 'minmax(6rem, 1fr)',
    cell: ({ name }) =>
      name === null ? <Quiet>No environment</Quiet> : <Link href={inEnvironment(name)}>{name}</Link>,
  },
  {
    id: 'credentials',
    title: 'Credentials',
    width: '6.5rem',
    align: 'end',
    cell: ({ credentials }) => credentials.toLocaleString('en'),
  },
  {
    id: 'states',
    title: 'How they are',
    width: 'minmax(6rem, 3fr)',
    from: 560,
    cell: (environment) => (
      <Cluster>
        {statusesOf(environment).map((status) => (
          <StatusCount key={status} environment={environment} status={status} />
        ))}
      </Cluster>
    ),
  },
]

function StatusCount({
  environment: { name, by_status },
  status,
}: {
  environment: Environment
  status: ShownStatus
}) {
  const { tone, icon, title } = STATUS_LOOKS[status]
  const chip = <Chip tone={tone} icon={icon} text={`${by_status[status]} ${title}`} />
  return name === null ? chip : <Link href={inEnvironment(name, status)}>{chip}</Link>
}

/** The environments that credentials name, each the way to its credentials. */
export default function Environments() {
  const query = useQuery(read('/v1/environments'))
  return (
    <Page
      title="Environments"
      note="An environment is a name that credentials carry: production, staging, a region. Callers can be kept to some of them."
    >
      <ListCard
        label="Environments"
        list={listOfQuery(query)}
        columns={COLUMNS}
        keyOf={({ name }) => name ?? ''}
        empty={
          <NothingYet
            icon={Layers}
            title="No credential names an environment yet"
            action={<ButtonLink href="/credentials/new">Add a credential</ButtonLink>}
          >
            Give a credential an environment, and it is counted here.
          </NothingYet>
        }
      />
    </Page>
  )
}
