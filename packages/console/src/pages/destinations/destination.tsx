import { useQuery } from '@tanstack/react-query'
import { Trash2 } from 'lucide-react'
import { useState } from 'react'
import { Link, useLocation } from 'wouter'
import { callDoor, invalidateDoor, readDoor } from '../../api/door.ts'
import { Page, Stack } from '../../app/page.tsx'
import { usePathParams } from '../../app/path-params.ts'
import { useMay } from '../../app/permission.ts'
import { Button } from '../../ui/button.tsx'
import { Card, Fact, Facts } from '../../ui/card.tsx'
import { CodeBlock } from '../../ui/code-block.tsx'
import { ConfirmByName } from '../../ui/confirm-by-name.tsx'
import { ErrorNotice } from '../../ui/notice.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'
import { Time } from '../../ui/time.tsx'
import { toast } from '../../ui/toast.tsx'
import { Accounts } from './accounts.tsx'
import { ConnectLinks } from './connect-links.tsx'
import { DestinationForm } from './destination-form.tsx'
import { AUTHORING, type Destination, type Entry, nameOf, providerOf, titleOfEntry } from './wire.ts'

const ABOVE = { title: 'Destinations', path: '/destinations' }

export default function DestinationPage() {
  const { id } = usePathParams('/destinations/:id')
  const [, navigate] = useLocation()
  const mayChange = useMay('credentials:write')
  const [asking, setAsking] = useState<'replace' | 'delete' | null>(null)
  const path = `/destinations/${encodeURIComponent(id)}`
  const { data: destination, error, refetch } = useQuery(readDoor<Destination>(AUTHORING, path))
  const close = () => setAsking(null)
  const name = destination ? nameOf(destination) : id
  const remove = async () => {
    await callDoor(AUTHORING, 'DELETE', path)
    toast.done(`${name} is gone.`)
    navigate(ABOVE.path)
    await invalidateDoor(AUTHORING)
  }
  return (
    <Page
      title={name}
      above={ABOVE}
      note={destination?.description}
      actions={
        mayChange &&
        destination && (
          <>
            <Button
              tone="danger"
              icon={<Trash2 size={16} aria-hidden="true" />}
              onClick={() => setAsking('delete')}
            >
              Delete
            </Button>
            <Button onClick={() => setAsking('replace')}>Replace</Button>
          </>
        )
      }
    >
      {error ? (
        <ErrorNotice error={error} onRetry={refetch} />
      ) : !destination ? (
        <Skeleton lines={8} />
      ) : (
        <Stack>
          <Card title="Destination">
            <Facts>
              <Fact name="Instance id">
                <code>{destination.instanceId}</code>
              </Fact>
              <Fact name="Made">
                <Time at={destination.createdDate} />
              </Fact>
              <Fact name="Changed">
                <Time at={destination.lastModifiedDate} />
              </Fact>
            </Facts>
          </Card>
          {destination.customerAuthenticationConfigurations?.map((entry, index) => (
            <Way
              key={providerOf(destination, index)}
              entry={entry}
              provider={providerOf(destination, index)}
            />
          ))}
          <Card title="Configuration" note="As it was sent, without its secrets.">
            <CodeBlock label="configuration" text={JSON.stringify(destination, null, 2)} />
          </Card>
        </Stack>
      )}
      {asking === 'replace' && destination && (
        <DestinationForm destination={destination} onClose={close} onDone={() => toast.done('Replaced.')} />
      )}
      <ConfirmByName
        open={asking === 'delete'}
        onClose={close}
        title={`Delete ${name}?`}
        name={name}
        verb="Delete the destination"
        onConfirm={remove}
      >
        <p>Its providers go with it. It can only go while no account was made from them.</p>
      </ConfirmByName>
    </Page>
  )
}

/** One way to authenticate: its provider, who connected by it, and links for who should. */
function Way({ entry, provider }: { entry: Entry; provider: string }) {
  const asked = entry.authenticationDataFields ?? []
  return (
    <>
      <Card title={titleOfEntry(entry)}>
        <Facts>
          <Fact name="Provider">
            <Link href={`/providers/${encodeURIComponent(provider)}`}>{provider}</Link>
          </Fact>
          <Fact name="Fields">
            {asked.length === 0
              ? 'none of its own'
              : asked.map(({ name, title }) => title || name).join(', ')}
          </Fact>
        </Facts>
      </Card>
      <Accounts provider={provider} />
      <ConnectLinks provider={provider} />
    </>
  )
}
