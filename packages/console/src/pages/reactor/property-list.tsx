import { useQuery } from '@tanstack/react-query'
import { Atom, Plus } from 'lucide-react'
import { useState } from 'react'
import { Link, useLocation } from 'wouter'
import { callDoor, invalidateDoor } from '../../api/door.ts'
import { Page } from '../../app/page.tsx'
import { useMay } from '../../app/permission.ts'
import { FormDialog } from '../../form/form-dialog.tsx'
import { ChoiceField, ListField, TextField } from '../../form/inputs.tsx'
import { useForm } from '../../form/use-form.ts'
import { ListCard } from '../../table/list-card.tsx'
import type { Column } from '../../table/virtual-table.tsx'
import { Button } from '../../ui/button.tsx'
import { NothingYet } from '../../ui/empty-state.tsx'
import { Time } from '../../ui/time.tsx'
import { useMany } from './use-many.ts'
import { companyQuery, type One, type Property, pathOfProperty, REACTOR, type Resource } from './wire.ts'

const PLATFORMS = { edge: 'Event forwarding', web: 'Web', mobile: 'Mobile' } as const

const COLUMNS: ReadonlyArray<Column<Resource<Property>>> = [
  {
    id: 'name',
    title: 'Property',
    width: 'minmax(6rem, 2fr)',
    cell: ({ id, attributes }) => <Link href={pathOfProperty(id)}>{attributes.name}</Link>,
  },
  {
    id: 'platform',
    title: 'Platform',
    width: 'minmax(6rem, 1fr)',
    cell: ({ attributes: { platform } }) => (platform === null ? '–' : PLATFORMS[platform]),
  },
  {
    id: 'id',
    title: 'Id',
    width: 'minmax(6rem, 1fr)',
    from: 760,
    cell: ({ id }) => <code title={id}>{id}</code>,
  },
  {
    id: 'changed',
    title: 'Changed',
    width: '8rem',
    from: 520,
    cell: ({ attributes: { updated_at } }) => <Time at={updated_at} />,
  },
]

/** Properties of Adobe's Reactor API: what secrets, environments and libraries belong to. */
export default function PropertyList() {
  const [, navigate] = useLocation()
  const [isMaking, setMaking] = useState(false)
  const mayChange = useMay('credentials:write')
  const company = useQuery(companyQuery)
  const list = useMany<Property>(`/companies/${company.data}/properties`, {
    enabled: company.data !== undefined,
  })
  const add = mayChange && company.data !== undefined && (
    <Button tone="primary" icon={<Plus size={16} aria-hidden="true" />} onClick={() => setMaking(true)}>
      New property
    </Button>
  )
  return (
    <Page
      title="Reactor"
      note="Properties with their secrets, environments and libraries, as Adobe's Reactor API has them."
      actions={(list.rows?.length ?? 0) > 0 && add}
    >
      <ListCard
        label="Properties"
        list={{ ...list, error: list.error ?? company.error }}
        columns={COLUMNS}
        keyOf={({ id }) => id}
        onOpen={({ id }) => navigate(pathOfProperty(id))}
        empty={
          <NothingYet icon={Atom} title="No property yet" action={add}>
            A property holds the secrets that event forwarding sends with.
          </NothingYet>
        }
      />
      {isMaking && company.data !== undefined && (
        <NewProperty
          companyId={company.data}
          onClose={() => setMaking(false)}
          onMade={(id) => navigate(pathOfProperty(id))}
        />
      )}
    </Page>
  )
}

function NewProperty({
  companyId,
  onClose,
  onMade,
}: {
  companyId: string
  onClose: () => void
  onMade: (id: string) => void
}) {
  const form = useForm<Record<string, unknown>>({
    data: { type: 'properties', attributes: { platform: 'edge' } },
  })
  const create = async () => {
    const made = await callDoor<One<Property>>(REACTOR, 'POST', `/companies/${companyId}/properties`, {
      body: form.value,
    })
    await invalidateDoor(REACTOR)
    onMade(made.data.id)
  }
  return (
    <FormDialog title="New property" form={form} submit="Create it" onSubmit={create} onClose={onClose}>
      <TextField form={form} at="/data/attributes/name" label="Name" required autoFocus />
      <ChoiceField
        form={form}
        at="/data/attributes/platform"
        label="Platform"
        choices={[
          { value: 'edge', title: 'Event forwarding', note: 'Events are sent on from here, with secrets.' },
          { value: 'web', title: 'Web', note: 'Names the domains that it is for.' },
        ]}
      />
      {form.get('/data/attributes/platform') === 'web' && (
        <ListField
          form={form}
          at="/data/attributes/domains"
          label="Domains"
          required
          addLabel="Add a domain"
          placeholder="example.com"
        />
      )}
    </FormDialog>
  )
}
