import { useQuery } from '@tanstack/react-query'
import { FlaskConical, KeyRound, MoreHorizontal, Pencil, RotateCw, Trash2, UserRound } from 'lucide-react'
import { useState } from 'react'
import { Link, useLocation } from 'wouter'
import { callDoor, invalidateDoor, readDoor } from '../../api/door.ts'
import { Page, Stack } from '../../app/page.tsx'
import { usePathParams } from '../../app/path-params.ts'
import { useMay } from '../../app/permission.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { Card, Fact, Facts } from '../../ui/card.tsx'
import { Live } from '../../ui/cluster.tsx'
import { ConfirmByName } from '../../ui/confirm-by-name.tsx'
import { Menu, MenuItem, MenuLine } from '../../ui/menu.tsx'
import { ErrorNotice, Notice } from '../../ui/notice.tsx'
import { type OneTimeSecret, OneTimeSecretDialog } from '../../ui/one-time-secret.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'
import { Time } from '../../ui/time.tsx'
import { toast } from '../../ui/toast.tsx'
import { useAction } from '../../ui/use-action.ts'
import { removeResource } from '../remove-resource.ts'
import { SecretChip } from './chips.tsx'
import { Notes } from './notes.tsx'
import { SecretForm } from './secret-form.tsx'
import { SECRET_TYPES } from './secret-types.ts'
import {
  idOf,
  type One,
  type ProcessingError,
  pathOfProperty,
  REACTOR,
  type Resource,
  type Secret,
  type SecretMeta,
} from './wire.ts'

const REFRESH_MS = 1_000

export default function SecretPage() {
  const { id } = usePathParams('/reactor/secrets/:id')
  const [, navigate] = useLocation()
  const mayChange = useMay('credentials:write')
  const [asking, setAsking] = useState<'change' | 'delete' | null>(null)
  const [link, setLink] = useState<OneTimeSecret | null>(null)
  const action = useAction()
  const { data, error, refetch } = useQuery({
    ...readDoor<One<Secret>>(REACTOR, `/secrets/${id}`),
    refetchInterval: ({ state }) => (state.data?.data.attributes.status === 'pending' ? REFRESH_MS : false),
  })
  const secret = data?.data
  const propertyId = secret ? (idOf(secret, 'property') ?? '') : ''
  const act = async (name: string) => {
    const type_of = secret!.attributes.type_of
    const body = { data: { type: 'secrets', id, attributes: { type_of }, meta: { action: name } } }
    const answer = await callDoor<One<Secret>>(REACTOR, 'PATCH', `/secrets/${id}`, { body })
    await invalidateDoor(REACTOR)
    const { authorization_url } = answer.data.meta as SecretMeta
    if (authorization_url !== undefined) setLink(linkOf(answer.data.attributes.name, authorization_url))
  }
  const name = secret?.attributes.name ?? 'Secret'
  const remove = () =>
    removeResource(REACTOR, `/secrets/${id}`, name, () => navigate(pathOfProperty(propertyId)))
  const isOauth = secret?.attributes.type_of.startsWith('oauth2') === true
  return (
    <Page
      title={name}
      above={{ title: 'Property', path: pathOfProperty(propertyId) }}
      note={<code>{id}</code>}
      actions={
        mayChange &&
        secret && (
          <>
            {isOauth && secret.attributes.status === 'succeeded' && (
              <Button
                icon={<FlaskConical size={16} aria-hidden="true" />}
                busy={action.running === 'test'}
                onClick={() =>
                  action.run(() => act('test'), {
                    name: 'test',
                    done: 'The test exchange went through. Nothing of it was kept.',
                  })
                }
              >
                Test
              </Button>
            )}
            <Button
              tone="primary"
              icon={<RotateCw size={16} aria-hidden="true" />}
              busy={action.running === 'retry'}
              onClick={() => action.run(() => act('retry'), { name: 'retry', done: 'It is exchanged anew.' })}
            >
              Exchange anew
            </Button>
            <Menu
              trigger={
                <IconButton name="More actions" tone="plain">
                  <MoreHorizontal size={16} aria-hidden="true" />
                </IconButton>
              }
            >
              <MenuItem icon={<Pencil size={16} aria-hidden="true" />} onClick={() => setAsking('change')}>
                Change
              </MenuItem>
              {secret.attributes.type_of === 'oauth2-google' && (
                <MenuItem
                  icon={<UserRound size={16} aria-hidden="true" />}
                  onClick={() => void action.run(() => act('reauthorize'))}
                >
                  Authorise again
                </MenuItem>
              )}
              <MenuItem
                icon={<KeyRound size={16} aria-hidden="true" />}
                onClick={() => navigate(`/credentials/reactor.${id.toLowerCase()}`)}
              >
                Open the credential
              </MenuItem>
              <MenuLine />
              <MenuItem
                danger
                icon={<Trash2 size={16} aria-hidden="true" />}
                onClick={() => setAsking('delete')}
              >
                Delete
              </MenuItem>
            </Menu>
          </>
        )
      }
    >
      {error ? (
        <ErrorNotice error={error} onRetry={refetch} />
      ) : !secret ? (
        <Skeleton lines={6} />
      ) : (
        <Stack>
          <Live>
            <Faults secret={secret} />
          </Live>
          <SecretFacts secret={secret} />
          <Notes path={`/secrets/${id}`} />
        </Stack>
      )}
      {asking === 'change' && secret && (
        <SecretForm
          propertyId={propertyId}
          secret={secret}
          onClose={() => setAsking(null)}
          onDone={() => toast.done('Saved, and exchanged anew.')}
        />
      )}
      <ConfirmByName
        open={asking === 'delete'}
        onClose={() => setAsking(null)}
        title={`Delete ${name}?`}
        name={name}
        verb="Delete the secret"
        onConfirm={remove}
      >
        <p>Its artifact goes with it, and what sends with it fails from then on.</p>
      </ConfirmByName>
      <OneTimeSecretDialog secret={link} onDone={() => setLink(null)} />
    </Page>
  )
}

const linkOf = (name: string, value: string): OneTimeSecret => ({
  title: `Sign in for ${name}`,
  description: 'Open it, or send it to whose account it is. It is good for an hour.',
  fileName: 'authorization-link.txt',
  value,
})

function Faults({ secret }: { secret: Resource<Secret> }) {
  const { status_details, refresh_status, refresh_status_details } = secret.meta as SecretMeta
  if (secret.attributes.status === 'manual_authorization') {
    return (
      <Notice tone="warn" title="A person has to sign in">
        The link was shown when it was made. “Authorise again” makes another.
      </Notice>
    )
  }
  if (status_details) return <ErrorList title="The exchange failed" errors={status_details.errors} />
  if (refresh_status_details && refresh_status !== 'succeeded') {
    return (
      <ErrorList
        title="A refresh failed; the artifact at hand is served"
        errors={refresh_status_details.errors}
      />
    )
  }
  return null
}

const ErrorList = ({ title, errors }: { title: string; errors: readonly ProcessingError[] }) => (
  <Notice tone="bad" title={title}>
    <ul>
      {errors.map(({ title, detail, code }) => (
        <li key={`${code}${detail}`}>{detail ?? title}</li>
      ))}
    </ul>
  </Notice>
)

function SecretFacts({ secret }: { secret: Resource<Secret> }) {
  const { status, type_of, activated_at, expires_at, refresh_at, credentials } = secret.attributes
  const environmentId = idOf(secret, 'environment')
  const propertyId = idOf(secret, 'property')
  const { refresh_status } = secret.meta as SecretMeta
  const labels = new Map(SECRET_TYPES[type_of]?.members.map(({ name, label }) => [name, label]))
  return (
    <Card title="Secret" actions={<SecretChip status={status} />}>
      <Facts>
        <Fact name="Type">{SECRET_TYPES[type_of]?.title ?? type_of}</Fact>
        <Fact name="Environment">
          {environmentId === null || propertyId === null ? (
            'None: its artifact is not kept'
          ) : (
            <Link href={pathOfProperty(propertyId, 'environments')}>
              {String(secret.relationships.environment?.meta?.stage ?? environmentId)}
            </Link>
          )}
        </Fact>
        <Fact name="Activated">
          <Time at={activated_at} none="not yet" />
        </Fact>
        <Fact name="Ends">
          <Time at={expires_at} none="no known end" />
        </Fact>
        <Fact name="Is refreshed">
          <Time at={refresh_at} none="not by itself" />
        </Fact>
        {refresh_status && <Fact name="Last refresh">{refresh_status}</Fact>}
        {Object.entries(credentials).map(([name, value]) => (
          <Fact key={name} name={labels.get(name) ?? name}>
            <code>{typeof value === 'string' ? value : JSON.stringify(value)}</code>
          </Fact>
        ))}
      </Facts>
    </Card>
  )
}
