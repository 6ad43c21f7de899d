import { useQuery } from '@tanstack/react-query'
import { KeySquare, Plus, RotateCw, Trash2 } from 'lucide-react'
import { type ComponentProps, useState } from 'react'
import { callDoor, invalidateDoor, readDoor } from '../../api/door.ts'
import { useMay } from '../../app/permission.ts'
import { FormDialog } from '../../form/form-dialog.tsx'
import { TextField } from '../../form/inputs.tsx'
import { NewSecretField } from '../../form/new-secret-field.tsx'
import { useForm } from '../../form/use-form.ts'
import { useMaking } from '../../form/use-making.ts'
import { ListCard, listOfQuery } from '../../table/list-card.tsx'
import type { Column } from '../../table/virtual-table.tsx'
import { Button, IconButton } from '../../ui/button.tsx'
import { Cluster, Quiet } from '../../ui/cluster.tsx'
import { ConfirmByName } from '../../ui/confirm-by-name.tsx'
import { NothingYet } from '../../ui/empty-state.tsx'
import type { OneTimeSecret } from '../../ui/one-time-secret.tsx'
import { Time } from '../../ui/time.tsx'
import { toast } from '../../ui/toast.tsx'
import { removeResource } from '../remove-resource.ts'
import { type Listed, MARKETING_CLOUD, type SaltKey } from './wire.ts'

type Verb = 'rotate' | 'delete'

const pathOf = ({ externalKey }: SaltKey) => `/salt-keys/${encodeURIComponent(externalKey)}`

const columns = (onVerb: ((verb: Verb, key: SaltKey) => void) | null): ReadonlyArray<Column<SaltKey>> => [
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
  {
    id: 'changed',
    title: 'Changed',
    width: '8rem',
    from: 700,
    cell: ({ updatedAt }) => <Time at={updatedAt} />,
  },
  ...(onVerb === null
    ? []
    : [
        {
          id: 'do',
          title: <span className="visually-hidden">What to do</span>,
          width: '4.375rem',
          align: 'end' as const,
          cell: (key: SaltKey) => (
            <Cluster>
              <IconButton name={`Rotate ${key.externalKey}`} small onClick={() => onVerb('rotate', key)}>
                <RotateCw size={16} aria-hidden="true" />
              </IconButton>
              <IconButton name={`Delete ${key.externalKey}`} small onClick={() => onVerb('delete', key)}>
                <Trash2 size={16} aria-hidden="true" />
              </IconButton>
            </Cluster>
          ),
        },
      ]),
]

export function SaltKeys() {
  const mayChange = useMay('credentials:write')
  const making = useMaking(mayChange)
  const [asking, setAsking] = useState<{ verb: Verb; key: SaltKey } | null>(null)
  const query = useQuery(readDoor<Listed<SaltKey>>(MARKETING_CLOUD, '/salt-keys', { query: { limit: 500 } }))
  const add = mayChange && (
    <Button tone="primary" icon={<Plus size={16} aria-hidden="true" />} onClick={making.open}>
      New Salt key
    </Button>
  )
  const close = () => setAsking(null)
  const remove = (key: SaltKey) => removeResource(MARKETING_CLOUD, pathOf(key), key.externalKey)
  return (
    <>
      <ListCard
        label="Salt keys"
        title="Salt keys"
        note="Sign the bodies of endpoints with useJwt. They are never shown again."
        actions={(query.data?.items.length ?? 0) > 0 && add}
        list={listOfQuery(query)}
        columns={columns(mayChange ? (verb, key) => setAsking({ verb, key }) : null)}
        keyOf={({ externalKey }) => externalKey}
        empty={
          <NothingYet icon={KeySquare} title="No Salt key yet" action={add}>
            An endpoint names one with customerKey.
          </NothingYet>
        }
      />
      {making.isMaking && <NewSaltKey externalKey={making.name} onClose={making.close} />}
      {asking?.verb === 'rotate' && <RotateSaltKey saltKey={asking.key} onClose={close} />}
      {asking?.verb === 'delete' && (
        <ConfirmByName
          open
          onClose={close}
          title={`Delete ${asking.key.externalKey}?`}
          name={asking.key.externalKey}
          verb="Delete the key"
          onConfirm={() => remove(asking.key)}
        >
          <p>Endpoints that name it are not called any more.</p>
        </ConfirmByName>
      )}
    </>
  )
}

function NewSaltKey({ externalKey, onClose }: { externalKey: string; onClose: () => void }) {
  const form = useForm<Record<string, unknown>>(externalKey === '' ? {} : { externalKey })
  const create = async () => {
    await callDoor(MARKETING_CLOUD, 'POST', '/salt-keys', { body: form.value })
    await invalidateDoor(MARKETING_CLOUD)
    toast.done('The Salt key is there.')
  }
  return (
    <FormDialog title="New Salt key" form={form} submit="Create the key" onSubmit={create} onClose={onClose}>
      <TextField form={form} at="/name" label="Name" required autoFocus />
      <TextField form={form} at="/externalKey" label="External key" required code />
      <SaltKeyField
        form={form}
        label="Key"
        make={(hex) => secretOf(String(form.get('/externalKey') ?? 'the Salt key'), hex)}
      />
    </FormDialog>
  )
}

const SaltKeyField = (field: Pick<ComponentProps<typeof NewSecretField>, 'form' | 'label' | 'make'>) => (
  <NewSecretField
    {...field}
    at="/key"
    required
    help="0x and hexadecimal digits; 32 bytes or more can not be found by trying."
  />
)

const secretOf = (externalKey: string, hex: string): OneTimeSecret => ({
  title: `The key of ${externalKey}`,
  description: 'For the activities, which have to accept it before it signs.',
  fileName: `${externalKey}-salt-key.txt`,
  value: `0x${hex}`,
})

/** Other bytes for a Salt key. One body carries one signature, so there is no overlap here but at the activities. */
function RotateSaltKey({ saltKey, onClose }: { saltKey: SaltKey; onClose: () => void }) {
  const { externalKey } = saltKey
  const form = useForm<{ key?: string }>({})
  const rotate = async () => {
    // A patch without a key changes nothing; an empty one is refused beside the field.
    const { key = '' } = form.value
    await callDoor(MARKETING_CLOUD, 'PATCH', pathOf(saltKey), { body: { key } })
    await invalidateDoor(MARKETING_CLOUD)
    toast.done(`${externalKey} signs with the next key.`)
  }
  return (
    <FormDialog
      title={`Rotate ${externalKey}`}
      description="What was sent before stays signed with the former key; from now on the next one signs alone, so let the activities accept both first."
      form={form}
      submit="Rotate the key"
      onSubmit={rotate}
      onClose={onClose}
    >
      <SaltKeyField
        form={form}
        label="Next key"
        make={(hex) => ({ ...secretOf(externalKey, hex), title: `The next key of ${externalKey}` })}
      />
    </FormDialog>
  )
}
