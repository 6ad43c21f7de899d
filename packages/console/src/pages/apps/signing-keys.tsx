import type { AnswerOf } from '@bursar/domain/api/table.ts'
import { FileKey2, Plus } from 'lucide-react'
import { useState } from 'react'
import { Link, useLocation } from 'wouter'
import { call } from '../../api/call.ts'
import { invalidate } from '../../api/query.ts'
import { useMay } from '../../app/permission.ts'
import { FormDialog } from '../../form/form-dialog.tsx'
import { SecretField, SelectField, TextField } from '../../form/inputs.tsx'
import { useForm } from '../../form/use-form.ts'
import { useMaking } from '../../form/use-making.ts'
import { ListCard, listOfPages } from '../../table/list-card.tsx'
import { usePages } from '../../table/use-pages.ts'
import type { Column } from '../../table/virtual-table.tsx'
import { Button } from '../../ui/button.tsx'
import { Cluster } from '../../ui/cluster.tsx'
import { NothingYet } from '../../ui/empty-state.tsx'
import { type OneTimeSecret, OneTimeSecretDialog } from '../../ui/one-time-secret.tsx'
import { Time } from '../../ui/time.tsx'
import { toast } from '../../ui/toast.tsx'
import { VersionChip } from './version-chip.tsx'

export type SigningKey = AnswerOf<'getSigningKey'>

export const pathOfKey = (name: string) => `/apps/keys/${encodeURIComponent(name)}`

export const secretOfKey = (name: string, secret: string): OneTimeSecret => ({
  title: `The secret of ${name}`,
  description: 'For those who verify JWTs with it. Whoever has it can make JWTs too.',
  fileName: `${name}-secret.txt`,
  value: secret,
})

const COLUMNS: ReadonlyArray<Column<SigningKey>> = [
  {
    id: 'name',
    title: 'Signing key',
    width: 'minmax(6rem, 2fr)',
    cell: ({ name }) => <Link href={pathOfKey(name)}>{name}</Link>,
  },
  { id: 'algorithm', title: 'Algorithm', width: '6rem', cell: ({ algorithm }) => algorithm },
  {
    id: 'versions',
    title: 'Versions',
    width: 'minmax(6rem, 1fr)',
    from: 520,
    cell: ({ keys }) => (
      <Cluster>
        {keys.map(({ kid, status }) => (
          <VersionChip key={kid} status={status} />
        ))}
      </Cluster>
    ),
  },
  {
    id: 'changed',
    title: 'Changed',
    width: '8rem',
    from: 700,
    cell: ({ updated_at }) => <Time at={updated_at} />,
  },
]

export const ALGORITHMS = [
  { value: 'ES256', title: 'ES256: small and quick, known everywhere' },
  { value: 'EdDSA', title: 'EdDSA: Ed25519' },
  { value: 'RS256', title: 'RS256: for what knows RSA only' },
  ...['ES384', 'ES512', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'].map((value) => ({
    value,
    title: value,
  })),
  { value: 'HS256', title: 'HS256: one secret that both sides know' },
  ...['HS384', 'HS512'].map((value) => ({ value, title: value })),
]

export function SigningKeys() {
  const [, navigate] = useLocation()
  const [secret, setSecret] = useState<OneTimeSecret | null>(null)
  const mayChange = useMay('credentials:write')
  const making = useMaking(mayChange)
  const keys = usePages<SigningKey>('/v1/signing-keys', { limit: 100 })
  const add = mayChange && (
    <Button tone="primary" icon={<Plus size={16} aria-hidden="true" />} onClick={making.open}>
      New signing key
    </Button>
  )
  return (
    <>
      <ListCard
        label="Signing keys"
        title="Signing keys"
        note="Private parts are sealed and never shown."
        actions={keys.rows.length > 0 && add}
        list={listOfPages(keys)}
        columns={COLUMNS}
        keyOf={({ name }) => name}
        onOpen={({ name }) => navigate(pathOfKey(name))}
        empty={
          <NothingYet icon={FileKey2} title="No signing key yet" action={add}>
            Token pages sign with one. It is made here, or brought as PEM or JWK.
          </NothingYet>
        }
      />
      {making.isMaking && <NewSigningKey onClose={making.close} onSecret={setSecret} />}
      <OneTimeSecretDialog secret={secret} onDone={() => setSecret(null)} />
    </>
  )
}

function NewSigningKey({
  onClose,
  onSecret,
}: {
  onClose: () => void
  onSecret: (secret: OneTimeSecret) => void
}) {
  const form = useForm<{ name?: string; algorithm: string; key?: string }>({ algorithm: 'ES256' })
  const create = async () => {
    const made = await call('POST', '/v1/signing-keys', { body: form.value })
    await invalidate('/v1/signing-keys')
    if (made.secret === null) toast.done(`The key ${made.name} is there.`)
    else onSecret(secretOfKey(made.name, made.secret))
  }
  return (
    <FormDialog
      title="New signing key"
      form={form}
      submit="Create the key"
      onSubmit={create}
      onClose={onClose}
    >
      <TextField form={form} at="/name" label="Name" required autoFocus placeholder="loyalty-2026" />
      <SelectField form={form} at="/algorithm" label="Algorithm" options={ALGORITHMS} />
      <SecretField
        form={form}
        at="/key"
        label="A key that is there already"
        lines={4}
        help="PEM or JWK with the private part. Leave it empty, and one is made."
      />
    </FormDialog>
  )
}
