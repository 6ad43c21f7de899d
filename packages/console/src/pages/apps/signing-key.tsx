import type { AnswerOf } from '@bursar/domain/api/table.ts'
import { useQuery } from '@tanstack/react-query'
import { RotateCw, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { useLocation, useParams } from 'wouter'
import { call } from '../../api/call.ts'
import { invalidate, read } from '../../api/query.ts'
import { Page, Stack } from '../../app/page.tsx'
import { useMay } from '../../app/permission.ts'
import { FormDialog } from '../../form/form-dialog.tsx'
import { NumberField, SecretField } from '../../form/inputs.tsx'
import { useForm } from '../../form/use-form.ts'
import { ListCard } from '../../table/list-card.tsx'
import type { Column } from '../../table/virtual-table.tsx'
import { Button } from '../../ui/button.tsx'
import { Card, Fact, Facts } from '../../ui/card.tsx'
import { CodeBlock } from '../../ui/code-block.tsx'
import { ConfirmByName } from '../../ui/confirm-by-name.tsx'
import { ErrorNotice } from '../../ui/notice.tsx'
import { type OneTimeSecret, OneTimeSecretDialog } from '../../ui/one-time-secret.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'
import { Time } from '../../ui/time.tsx'
import { toast } from '../../ui/toast.tsx'
import { secretOfKey } from './signing-keys.tsx'
import { VersionChip } from './version-chip.tsx'

type Version = AnswerOf<'getSigningKey'>['keys'][number]

const ABOVE = { title: 'Signing keys', path: '/apps?tab=keys' }

const COLUMNS: ReadonlyArray<Column<Version>> = [
  {
    id: 'kid',
    title: 'kid',
    width: 'minmax(7rem, 2fr)',
    cell: ({ kid }) => <code title={kid}>{kid}</code>,
  },
  { id: 'status', title: 'State', width: '7rem', cell: ({ status }) => <VersionChip status={status} /> },
  {
    id: 'active',
    title: 'Signs from',
    width: '8.5rem',
    from: 560,
    cell: ({ active_at }) => <Time at={active_at} />,
  },
  {
    id: 'retired',
    title: 'Until',
    width: '8.5rem',
    from: 720,
    cell: ({ retired_at }) => <Time at={retired_at} none="no other follows" />,
  },
  {
    id: 'ends',
    title: 'Verifies until',
    width: '8.5rem',
    from: 860,
    cell: ({ ends_at }) => <Time at={ends_at} none="no end" />,
  },
]

export default function SigningKeyPage() {
  const { name } = useParams<{ name: string }>()
  const [, navigate] = useLocation()
  const mayChange = useMay('credentials:write')
  const [asking, setAsking] = useState<'rotate' | 'delete' | null>(null)
  const [secret, setSecret] = useState<OneTimeSecret | null>(null)
  const { data: key, error, refetch } = useQuery(read('/v1/signing-keys/{name}', { params: { name } }))
  const close = () => setAsking(null)
  const remove = async () => {
    await call('DELETE', '/v1/signing-keys/{name}', { params: { name } })
    await invalidate('/v1/signing-keys')
    toast.done(`The key ${name} is gone.`)
    navigate(ABOVE.path)
  }
  return (
    <Page
      title={name}
      above={ABOVE}
      note="What is rotated follows a schedule: next, then signing, then verifying only, then gone."
      actions={
        mayChange &&
        key && (
          <>
            <Button
              tone="danger"
              icon={<Trash2 size={16} aria-hidden="true" />}
              onClick={() => setAsking('delete')}
            >
              Delete
            </Button>
            <Button
              tone="primary"
              icon={<RotateCw size={16} aria-hidden="true" />}
              onClick={() => setAsking('rotate')}
            >
              Rotate
            </Button>
          </>
        )
      }
    >
      {error ? (
        <ErrorNotice error={error} onRetry={refetch} />
      ) : !key ? (
        <Skeleton lines={6} />
      ) : (
        <Stack>
          <Card title="Key">
            <Facts>
              <Fact name="Algorithm">{key.algorithm}</Fact>
              <Fact name="Made">
                <Time at={key.created_at} />
              </Fact>
              <Fact name="Public keys">
                {key.algorithm.startsWith('HS') ? (
                  'None: both sides know one secret'
                ) : (
                  <a href="/.well-known/jwks.json" target="_blank" rel="noreferrer">
                    /.well-known/jwks.json
                  </a>
                )}
              </Fact>
            </Facts>
          </Card>
          <ListCard
            label="Versions"
            title="Versions"
            list={{ rows: key.keys, error: null, retry: refetch }}
            columns={COLUMNS}
            keyOf={({ kid }) => kid}
            empty={null}
          />
          {key.keys.some(({ jwk }) => jwk !== null) && (
            <Card title="Public JWKs" note="For who verifies without asking the JWKS address.">
              <CodeBlock
                label="public JWKs"
                text={JSON.stringify({ keys: key.keys.map(({ jwk }) => jwk) }, null, 2)}
              />
            </Card>
          )}
        </Stack>
      )}
      {asking === 'rotate' && key && (
        <RotateDialog
          name={name}
          isShared={key.algorithm.startsWith('HS')}
          onClose={close}
          onSecret={setSecret}
        />
      )}
      <ConfirmByName
        open={asking === 'delete'}
        onClose={close}
        title={`Delete ${name}?`}
        name={name}
        verb="Delete the key"
        onConfirm={remove}
      >
        <p>JWTs that it signed hold nowhere any more. It can only go while no token page signs with it.</p>
      </ConfirmByName>
      <OneTimeSecretDialog secret={secret} onDone={() => setSecret(null)} />
    </Page>
  )
}

function RotateDialog({
  name,
  isShared,
  onClose,
  onSecret,
}: {
  name: string
  isShared: boolean
  onClose: () => void
  onSecret: (secret: OneTimeSecret) => void
}) {
  const form = useForm<{ key?: string; activate_in_seconds?: number; overlap_seconds?: number }>({})
  const rotate = async () => {
    const rotated = await call('POST', '/v1/signing-keys/{name}/rotate', {
      params: { name },
      body: form.value,
    })
    await invalidate('/v1/signing-keys', '/v1/signing-keys/{name}')
    if (rotated.secret === null) toast.done('The next key is there.')
    else onSecret(secretOfKey(name, rotated.secret))
  }
  return (
    <FormDialog
      title={`Rotate ${name}`}
      description="The next key is shown at once and signs a while later; the one before goes on verifying until the overlap has passed."
      form={form}
      submit="Rotate"
      onSubmit={rotate}
      onClose={onClose}
    >
      <NumberField
        form={form}
        at="/activate_in_seconds"
        label="Signs after, in seconds"
        placeholder={isShared ? '0' : '600'}
        help={isShared ? undefined : 'Who keeps the JWKS has to see the key before it signs.'}
      />
      <NumberField
        form={form}
        at="/overlap_seconds"
        label="Overlap, in seconds"
        placeholder="86400"
        help="With 0 and 0 the old key counts for nothing from now on."
      />
      <SecretField
        form={form}
        at="/key"
        label="A key that is there already"
        lines={4}
        help="PEM or JWK. Leave it empty, and one is made."
      />
    </FormDialog>
  )
}
