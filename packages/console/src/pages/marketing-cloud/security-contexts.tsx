import { useQuery } from '@tanstack/react-query'
import { Plus, ShieldCheck } from 'lucide-react'
import { Link, useLocation } from 'wouter'
import { readDoor } from '../../api/door.ts'
import { useMay } from '../../app/permission.ts'
import { useMaking } from '../../form/use-making.ts'
import { ListCard, listOfQuery } from '../../table/list-card.tsx'
import type { Column } from '../../table/virtual-table.tsx'
import { Button } from '../../ui/button.tsx'
import { Quiet } from '../../ui/cluster.tsx'
import { NothingYet } from '../../ui/empty-state.tsx'
import { StatusChip } from '../../ui/status-chip.tsx'
import { Time } from '../../ui/time.tsx'
import { ContextForm, GRANTS } from './security-context-form.tsx'
import { type Listed, MARKETING_CLOUD, pathOfContext, type SecurityContext } from './wire.ts'

const COLUMNS: ReadonlyArray<Column<SecurityContext>> = [
  {
    id: 'name',
    title: 'Security context',
    width: 'minmax(6rem, 2fr)',
    cell: ({ name, externalKey }) => (
      <>
        <Link href={pathOfContext(externalKey)}>{name}</Link> <Quiet>{externalKey}</Quiet>
      </>
    ),
  },
  { id: 'status', title: 'State', width: '9rem', cell: ({ status }) => <StatusChip status={status} /> },
  {
    id: 'grant',
    title: 'Grant',
    width: 'minmax(6rem, 1fr)',
    from: 700,
    cell: ({ grantType }) => GRANTS[grantType].title,
  },
  {
    id: 'expires',
    title: 'Token ends',
    width: '8rem',
    from: 560,
    cell: ({ tokenExpiresAt }) => <Time at={tokenExpiresAt} none="–" />,
  },
]

export function SecurityContexts() {
  const [, navigate] = useLocation()
  const mayChange = useMay('credentials:write')
  const making = useMaking(mayChange)
  const query = useQuery(
    readDoor<Listed<SecurityContext>>(MARKETING_CLOUD, '/security-contexts', { query: { limit: 500 } }),
  )
  const add = mayChange && (
    <Button tone="primary" icon={<Plus size={16} aria-hidden="true" />} onClick={making.open}>
      New security context
    </Button>
  )
  return (
    <>
      <ListCard
        label="Security contexts"
        title="Security contexts"
        note="Each is a credential; its valid service URLs are where the token may go."
        actions={(query.data?.items.length ?? 0) > 0 && add}
        list={listOfQuery(query)}
        columns={COLUMNS}
        keyOf={({ externalKey }) => externalKey}
        onOpen={({ externalKey }) => navigate(pathOfContext(externalKey))}
        empty={
          <NothingYet icon={ShieldCheck} title="No security context yet" action={add}>
            Activities name one by its external key, and its bearer token goes along.
          </NothingYet>
        }
      />
      {making.isMaking && (
        <ContextForm
          externalKey={making.name}
          onClose={making.close}
          onDone={(key) => navigate(pathOfContext(key))}
        />
      )}
    </>
  )
}
