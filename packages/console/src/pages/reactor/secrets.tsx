import { KeyRound, Plus } from 'lucide-react'
import { useState } from 'react'
import { Link, useLocation } from 'wouter'
import { useMay } from '../../app/permission.ts'
import { ListCard } from '../../table/list-card.tsx'
import type { Column } from '../../table/virtual-table.tsx'
import { Button } from '../../ui/button.tsx'
import { Quiet } from '../../ui/cluster.tsx'
import { NothingYet } from '../../ui/empty-state.tsx'
import { Time } from '../../ui/time.tsx'
import { SecretChip } from './chips.tsx'
import { SecretForm } from './secret-form.tsx'
import { SECRET_TYPES } from './secret-types.ts'
import { useMany } from './use-many.ts'
import { pathOfSecret, type Resource, type Secret } from './wire.ts'

const REFRESH_MS = 1_000

const COLUMNS: ReadonlyArray<Column<Resource<Secret>>> = [
  {
    id: 'name',
    title: 'Secret',
    width: 'minmax(6rem, 2fr)',
    cell: ({ id, attributes: { name } }) => <Link href={pathOfSecret(id)}>{name}</Link>,
  },
  {
    id: 'status',
    title: 'State',
    width: '8.5rem',
    cell: ({ attributes: { status } }) => <SecretChip status={status} />,
  },
  {
    id: 'type',
    title: 'Type',
    width: 'minmax(6rem, 1fr)',
    from: 560,
    cell: ({ attributes: { type_of } }) => SECRET_TYPES[type_of]?.title ?? type_of,
  },
  {
    id: 'stage',
    title: 'Environment',
    width: '8rem',
    from: 720,
    cell: ({ relationships }) => String(relationships.environment?.meta?.stage ?? '') || <Quiet>none</Quiet>,
  },
  {
    id: 'ends',
    title: 'Ends',
    width: '8rem',
    from: 860,
    cell: ({ attributes: { expires_at } }) => <Time at={expires_at} none="–" />,
  },
]

export function Secrets({ propertyId }: { propertyId: string }) {
  const [, navigate] = useLocation()
  const mayChange = useMay('credentials:write')
  const [isMaking, setMaking] = useState(false)
  const list = useMany<Secret>(`/properties/${propertyId}/secrets`, {
    refetchMs: (rows) =>
      rows.some(({ attributes }) => attributes.status === 'pending') ? REFRESH_MS : false,
  })
  const add = mayChange && (
    <Button tone="primary" icon={<Plus size={16} aria-hidden="true" />} onClick={() => setMaking(true)}>
      New secret
    </Button>
  )
  return (
    <>
      <ListCard
        label="Secrets"
        title="Secrets"
        note="Each is a credential, exchanged and refreshed as all others are."
        actions={(list.rows?.length ?? 0) > 0 && add}
        list={list}
        columns={COLUMNS}
        keyOf={({ id }) => id}
        onOpen={({ id }) => navigate(pathOfSecret(id))}
        empty={
          <NothingYet icon={KeyRound} title="No secret yet" action={add}>
            It is exchanged when it is made, and refreshed while it has an environment.
          </NothingYet>
        }
      />
      {isMaking && (
        <SecretForm
          propertyId={propertyId}
          onClose={() => setMaking(false)}
          onDone={(id) => navigate(pathOfSecret(id))}
        />
      )}
    </>
  )
}
