import { useQuery } from '@tanstack/react-query'
import { KeySquare, Plus, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { callDoor, invalidateDoor, readDoor } from '../../api/door.ts'
import { useMay } from '../../app/permission.ts'
import { FormDialog } from '../../form/form-dialog.tsx'
import { SecretField, TextField } from '../../form/inputs.tsx'
import { useForm } from '../../form/use-form.ts'
import { ListCard, listOfQuery } from '../../table/list-card.tsx'
import type { Column } from '../../table/virtual-table.tsx'
import { Button, IconButton } from '../../ui/button.tsx'
import { Quiet } from '../../ui/cluster.tsx'
import { ConfirmByName } from '../../ui/confirm-by-name.tsx'
import { NothingYet } from '../../ui/empty-state.tsx'
import { Time } from '../../ui/time.tsx'
import { toast } from '../../ui/toast.tsx'
import { type Listed, MARKETING_CLOUD, type SaltKey } from './wire.ts'

const columns = (onDelete: ((key: SaltKey) => void) | null): ReadonlyArray<Column<SaltKey>> => [
  {
    id: 'name',
    title: 'Salt key',
    width: 'minmax(6rem, 2fr)',
    cell: ({ name, externalKey }) => (
      <>
        {name} <Quiet>{externalKey}</Quiet>
      </>
    ),
  },
  { id: 'bytes', title: 'Length', width: '6rem', from: 420, cell: ({ bytes }) => `${bytes} bytes` },
  { id: 'made', title: 'Made', width: '8rem', from: 560, cell: ({ createdAt }) => <Time at={createdAt} /> },
  ...(onDelete === null
    ? []
    : [
        {
          id: 'delete',
          title: <span className="visually-hidden">Delete it</span>,
          width: '2.5rem',
          align: 'end' as const,
          cell: (key: SaltKey) => (
            <IconButton name={`Delete ${key.externalKey}`} small onClick={() => onDelete(key)}>
              <Trash2 size={16} aria-hidden="true" />
            </IconButton>
          ),
        },
      ]),
]

export function SaltKeys() {
  const mayChange = useMay('credentials:write')
  const [isMaking, setMaking] = useState(false)
  const [leaving, setLeaving] = useState<SaltKey | null>(null)
  const query = useQuery(readDoor<Listed<SaltKey>>(MARKETING_CLOUD, '/salt-keys'))
  const add = mayChange && (
    <Button tone="primary" icon={<Plus size={16} aria-hidden="true" />} onClick={() => setMaking(true)}>
      New Salt key
    </Button>
  )
  const remove = async ({ externalKey }: SaltKey) => {
    await callDoor(MARKETING_CLOUD, 'DELETE', `/salt-keys/${encodeURIComponent(externalKey)}`)
    await invalidateDoor(MARKETING_CLOUD)
    toast.done(`${externalKey} is gone.`)
  }
  return (
    <>
      <ListCard
        label="Salt keys"
        title="Salt keys"
        note="Sign the bodies of endpoints with useJwt. They are never shown again."
        actions={(query.data?.items.length ?? 0) > 0 && add}
        list={listOfQuery(query)}
        columns={columns(mayChange ? setLeaving : null)}
        keyOf={({ externalKey }) => externalKey}
        empty={
          <NothingYet icon={KeySquare} title="No Salt key yet" action={add}>
            An endpoint names one with customerKey.
          </NothingYet>
        }
      />
      {isMaking && <NewSaltKey onClose={() => setMaking(false)} />}
      {leaving && (
        <ConfirmByName
          open
          onClose={() => setLeaving(null)}
          title={`Delete ${leaving.externalKey}?`}
          name={leaving.externalKey}
          verb="Delete the key"
          onConfirm={() => remove(leaving)}
        >
          <p>Endpoints that name it are not called any more.</p>
        </ConfirmByName>
      )}
    </>
  )
}

function NewSaltKey({ onClose }: { onClose: () => void }) {
  const form = useForm<Record<string, unknown>>({})
  const create = async () => {
    await callDoor(MARKETING_CLOUD, 'POST', '/salt-keys', { body: form.value })
    await invalidateDoor(MARKETING_CLOUD)
    toast.done('The Salt key is there.')
  }
  return (
    <FormDialog title="New Salt key" form={form} submit="Create the key" onSubmit={create} onClose={onClose}>
      <TextField form={form} at="/name" label="Name" required autoFocus />
      <TextField form={form} at="/externalKey" label="External key" required code />
      <SecretField
        form={form}
        at="/key"
        label="Key"
        required
        help="0x and hexadecimal digits; 32 bytes or more can not be found by trying."
      />
    </FormDialog>
  )
}
