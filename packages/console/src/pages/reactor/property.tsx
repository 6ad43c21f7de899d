import { useQuery } from '@tanstack/react-query'
import { Trash2 } from 'lucide-react'
import { useState } from 'react'
import { useLocation } from 'wouter'
import { callDoor, invalidateDoor, readDoor } from '../../api/door.ts'
import { Page } from '../../app/page.tsx'
import { usePathParams } from '../../app/path-params.ts'
import { useMay } from '../../app/permission.ts'
import { useUrlFilters } from '../../table/url-filters.ts'
import { Button } from '../../ui/button.tsx'
import { ConfirmByName } from '../../ui/confirm-by-name.tsx'
import { ErrorNotice } from '../../ui/notice.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'
import { Tabs } from '../../ui/tabs.tsx'
import { toast } from '../../ui/toast.tsx'
import { Environments } from './environments.tsx'
import { Libraries } from './libraries.tsx'
import { Secrets } from './secrets.tsx'
import { type One, type Property, REACTOR } from './wire.ts'

const ABOVE = { title: 'Reactor', path: '/reactor' }
const TABS = ['secrets', 'environments', 'libraries']

export default function PropertyPage() {
  const { id } = usePathParams('/reactor/properties/:id')
  const [, navigate] = useLocation()
  const filters = useUrlFilters()
  const mayChange = useMay('credentials:write')
  const [isDeleting, setDeleting] = useState(false)
  const { data, error, refetch } = useQuery(readDoor<One<Property>>(REACTOR, `/properties/${id}`))
  const name = data?.data.attributes.name ?? 'Property'
  const tab = filters.get('tab')
  const remove = async () => {
    await callDoor(REACTOR, 'DELETE', `/properties/${id}`)
    toast.done(`${name} is gone.`)
    navigate(ABOVE.path)
    await invalidateDoor(REACTOR)
  }
  return (
    <Page
      title={name}
      above={ABOVE}
      note={<code>{id}</code>}
      actions={
        mayChange &&
        data && (
          <Button
            tone="danger"
            icon={<Trash2 size={16} aria-hidden="true" />}
            onClick={() => setDeleting(true)}
          >
            Delete
          </Button>
        )
      }
    >
      {error ? (
        <ErrorNotice error={error} onRetry={refetch} />
      ) : !data ? (
        <Skeleton lines={6} />
      ) : (
        <Tabs
          label="Property"
          value={TABS.includes(tab) ? tab : 'secrets'}
          onChange={(next) => filters.set({ tab: next === 'secrets' ? null : next })}
          panels={[
            { id: 'secrets', title: 'Secrets', content: <Secrets propertyId={id} /> },
            { id: 'environments', title: 'Environments', content: <Environments propertyId={id} /> },
            { id: 'libraries', title: 'Libraries', content: <Libraries propertyId={id} /> },
          ]}
        />
      )}
      <ConfirmByName
        open={isDeleting}
        onClose={() => setDeleting(false)}
        title={`Delete ${name}?`}
        name={name}
        verb="Delete the property"
        onConfirm={remove}
      >
        <p>Everything in it goes with it: secrets, environments, libraries and their builds.</p>
      </ConfirmByName>
    </Page>
  )
}
