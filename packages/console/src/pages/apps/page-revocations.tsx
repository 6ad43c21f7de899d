import type { AnswerOf } from '@bursar/domain/api/table.ts'
import { Ban } from 'lucide-react'
import { useState } from 'react'
import { call } from '../../api/call.ts'
import { invalidate } from '../../api/query.ts'
import { useMay } from '../../app/permission.ts'
import { FormDialog } from '../../form/form-dialog.tsx'
import { ChoiceField, SecretField, TextField } from '../../form/inputs.tsx'
import { useForm } from '../../form/use-form.ts'
import { ListCard, listOfPages } from '../../table/list-card.tsx'
import { usePages } from '../../table/use-pages.ts'
import type { Column } from '../../table/virtual-table.tsx'
import { Button } from '../../ui/button.tsx'
import { NothingYet } from '../../ui/empty-state.tsx'
import { Time } from '../../ui/time.tsx'
import { toast } from '../../ui/toast.tsx'
import type { TokenPage } from './token-pages.tsx'

type Revocation = AnswerOf<'listRevocations'>['items'][number]

const LIST = '/v1/app-pages/{name}/revocations'

const COLUMNS: ReadonlyArray<Column<Revocation>> = [
  { id: 'jti', title: 'jti', width: 'minmax(6rem, 2fr)', cell: ({ jti }) => <code title={jti}>{jti}</code> },
  {
    id: 'at',
    title: 'Revoked',
    width: '8rem',
    from: 420,
    cell: ({ created_at }) => <Time at={created_at} />,
  },
  {
    id: 'ends',
    title: 'Entry goes',
    width: '8rem',
    from: 560,
    cell: ({ expires_at }) => <Time at={expires_at} />,
  },
]

export function PageRevocations({ page }: { page: TokenPage }) {
  const mayChange = useMay('credentials:write')
  const [isAsking, setAsking] = useState(false)
  const list = usePages<Revocation>(LIST, { limit: 100 }, { params: { name: page.name } })
  return (
    <>
      <ListCard
        label="Revoked JWTs"
        title="Revoked JWTs"
        note="Counts wherever Bursar verifies. Who verifies with the public key alone can not know."
        actions={
          mayChange && (
            <Button icon={<Ban size={16} aria-hidden="true" />} onClick={() => setAsking(true)}>
              Revoke a JWT
            </Button>
          )
        }
        list={listOfPages(list)}
        columns={COLUMNS}
        keyOf={({ jti }) => jti}
        empty={
          <NothingYet icon={Ban} title="No JWT is revoked">
            Entries go by themselves once their JWT has ended.
          </NothingYet>
        }
      />
      {isAsking && <RevokeDialog page={page} onClose={() => setAsking(false)} />}
    </>
  )
}

function RevokeDialog({ page, onClose }: { page: TokenPage; onClose: () => void }) {
  const form = useForm<{ by: string; token?: string; jti?: string; expires_at?: string }>({ by: 'token' })
  const byToken = form.value.by === 'token'
  const revoke = async () => {
    const { token, jti, expires_at } = form.value
    await call('POST', LIST, {
      params: { name: page.name },
      body: byToken ? { token, expires_at } : { jti, expires_at },
    })
    await invalidate(LIST)
    toast.done('The JWT is revoked.')
  }
  return (
    <FormDialog title="Revoke a JWT" form={form} submit="Revoke" onSubmit={revoke} onClose={onClose}>
      <ChoiceField
        form={form}
        at="/by"
        label="Which one"
        inline
        choices={[
          { value: 'token', title: 'The JWT itself' },
          { value: 'jti', title: 'Its jti' },
        ]}
      />
      {byToken ? (
        <SecretField form={form} at="/token" label="JWT" required lines={4} />
      ) : (
        <TextField form={form} at="/jti" label="jti" required code />
      )}
      {(page.mode === 'compat' || !byToken) && (
        <TextField
          form={form}
          at="/expires_at"
          label="When the entry may go"
          placeholder="2027-01-31T12:00:00Z"
          help={
            page.mode === 'compat'
              ? 'Needed unless the JWT has an exp of its own.'
              : 'The longest life of a JWT of this page unless you say otherwise.'
          }
        />
      )}
    </FormDialog>
  )
}
