import { useQuery } from '@tanstack/react-query'
import { CircleCheck, CircleDashed, Power } from 'lucide-react'
import { useState } from 'react'
import { callDoor, invalidateDoor } from '../../api/door.ts'
import { useMay } from '../../app/permission.ts'
import { Button } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { Cluster, Quiet } from '../../ui/cluster.tsx'
import { ConfirmByName } from '../../ui/confirm-by-name.tsx'
import { ErrorNotice } from '../../ui/notice.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'
import { Chip } from '../../ui/status-chip.tsx'
import { useAction } from '../../ui/use-action.ts'
import { removeResource } from '../remove-resource.ts'
import { extensionsQuery, packagesQuery } from './delegates.ts'
import styles from './extensions.module.css'
import { NotesDialog } from './notes.tsx'
import { putIn } from './put-in.ts'
import { type Extension, type ExtensionPackage, idOf, REACTOR, type Resource } from './wire.ts'

/** What comes with Bursar, and which of it this property has. */
export function Extensions({ propertyId }: { propertyId: string }) {
  const packages = useQuery(packagesQuery)
  const extensions = useQuery(extensionsQuery(propertyId))
  const error = packages.error ?? extensions.error
  if (error) return <ErrorNotice error={error} onRetry={() => void extensions.refetch()} />
  if (packages.data === undefined || extensions.data === undefined) return <Skeleton lines={5} />
  const there = extensions.data.data
  return (
    <ul className={styles.packages}>
      {packages.data.data.map((one) => (
        <li key={one.id}>
          <Package
            propertyId={propertyId}
            one={one}
            extension={there.find((each) => idOf(each, 'extension_package') === one.id)}
          />
        </li>
      ))}
    </ul>
  )
}

function Package({
  propertyId,
  one,
  extension,
}: {
  propertyId: string
  one: Resource<ExtensionPackage>
  extension: Resource<Extension> | undefined
}) {
  const mayChange = useMay('credentials:write')
  const action = useAction()
  const [isLeaving, setLeaving] = useState(false)
  const [isNoting, setNoting] = useState(false)
  const { display_name, description, version, data_elements, conditions, actions, name } = one.attributes
  const able = [...data_elements, ...conditions, ...actions].map((delegate) => delegate.display_name)
  const enable = async (enabled: boolean) => {
    const body = { data: { type: 'extensions', id: extension!.id, attributes: { enabled } } }
    await callDoor(REACTOR, 'PATCH', `/extensions/${extension!.id}`, { body })
    await invalidateDoor(REACTOR)
  }
  const remove = () => removeResource(REACTOR, `/extensions/${extension!.id}`, display_name)
  return (
    <Card title={display_name} note={description} actions={<PackageChip extension={extension} />}>
      <div className={styles.body}>
        <p>
          <Quiet>Version {version}. It brings:</Quiet> {able.join(', ')}
        </p>
        <Cluster>
          {mayChange &&
            (extension === undefined ? (
              <Button
                tone="primary"
                busy={action.isBusy}
                onClick={() =>
                  action.run(() => putIn(propertyId, one.id), { done: `${display_name} is in the property.` })
                }
              >
                Put {display_name} in
              </Button>
            ) : (
              <>
                <Button
                  busy={action.isBusy}
                  onClick={() => action.run(() => enable(!extension.attributes.enabled))}
                >
                  {extension.attributes.enabled ? 'Disable' : 'Enable'} {display_name}
                </Button>
                <Button tone="danger" onClick={() => setLeaving(true)}>
                  Take {display_name} out
                </Button>
              </>
            ))}
          {extension && <Button onClick={() => setNoting(true)}>Notes on {display_name}</Button>}
        </Cluster>
      </div>
      {extension && isNoting && (
        <NotesDialog
          path={`/extensions/${extension.id}`}
          of={display_name}
          onClose={() => setNoting(false)}
        />
      )}
      <ConfirmByName
        open={isLeaving}
        onClose={() => setLeaving(false)}
        title={`Take ${display_name} out?`}
        name={name}
        verb="Take it out"
        onConfirm={remove}
      >
        <p>Builds fail while something in them needs it.</p>
      </ConfirmByName>
    </Card>
  )
}

function PackageChip({ extension }: { extension: Resource<Extension> | undefined }) {
  if (extension === undefined) return <Chip icon={CircleDashed} text="Not in this property" />
  return extension.attributes.enabled ? (
    <Chip tone="good" icon={CircleCheck} text="In this property" />
  ) : (
    <Chip icon={Power} text="Disabled" />
  )
}
