import type { AnswerOf } from '@bursar/domain/api/table.ts'
import { useQuery } from '@tanstack/react-query'
import { CircleCheck, CirclePause, Fingerprint, Plus } from 'lucide-react'
import { useState } from 'react'
import { Link, useLocation } from 'wouter'
import { call } from '../../api/call.ts'
import { invalidate, read } from '../../api/query.ts'
import { useMay } from '../../app/permission.ts'
import { FormDialog } from '../../form/form-dialog.tsx'
import {
  CheckField,
  ChoiceField,
  ListField,
  NumberField,
  SelectField,
  TextField,
} from '../../form/inputs.tsx'
import { type Form, useForm } from '../../form/use-form.ts'
import { pathToMake } from '../../form/use-making.ts'
import { ListCard, listOfPages } from '../../table/list-card.tsx'
import { usePages } from '../../table/use-pages.ts'
import type { Column } from '../../table/virtual-table.tsx'
import { Button } from '../../ui/button.tsx'
import { Quiet } from '../../ui/cluster.tsx'
import { NothingYet } from '../../ui/empty-state.tsx'
import { Notice } from '../../ui/notice.tsx'
import { Chip } from '../../ui/status-chip.tsx'
import { Time } from '../../ui/time.tsx'

export type TokenPage = AnswerOf<'getAppPage'>

export const pathOfPage = (name: string) => `/apps/pages/${encodeURIComponent(name)}`

export const EnabledChip = ({ enabled }: { enabled: boolean }) =>
  enabled ? (
    <Chip tone="good" icon={CircleCheck} text="Enabled" />
  ) : (
    <Chip tone="rest" icon={CirclePause} text="Disabled" />
  )

const COLUMNS: ReadonlyArray<Column<TokenPage>> = [
  {
    id: 'name',
    title: 'Token page',
    width: 'minmax(6rem, 2fr)',
    cell: ({ name, title }) => (
      <>
        <Link href={pathOfPage(name)}>{name}</Link> {title && <Quiet>{title}</Quiet>}
      </>
    ),
  },
  { id: 'enabled', title: 'State', width: '7rem', cell: ({ enabled }) => <EnabledChip enabled={enabled} /> },
  {
    id: 'mode',
    title: 'Mode',
    width: '6rem',
    from: 520,
    cell: ({ mode }) => (mode === 'standard' ? 'Standard' : 'Compat'),
  },
  {
    id: 'key',
    title: 'Signs with',
    width: 'minmax(6rem, 1fr)',
    from: 640,
    cell: ({ signing_key }) => signing_key ?? <Quiet>secret of the app</Quiet>,
  },
  { id: 'made', title: 'Made', width: '8rem', from: 820, cell: ({ created_at }) => <Time at={created_at} /> },
]

export function TokenPages() {
  const [, navigate] = useLocation()
  const [isMaking, setMaking] = useState(false)
  const mayChange = useMay('credentials:write')
  const pages = usePages<TokenPage>('/v1/app-pages', { limit: 100 })
  const add = mayChange && (
    <Button tone="primary" icon={<Plus size={16} aria-hidden="true" />} onClick={() => setMaking(true)}>
      New token page
    </Button>
  )
  return (
    <>
      <ListCard
        label="Token pages"
        title="Token pages"
        actions={pages.rows.length > 0 && add}
        list={listOfPages(pages)}
        columns={COLUMNS}
        keyOf={({ name }) => name}
        onOpen={({ name }) => navigate(pathOfPage(name))}
        empty={
          <NothingYet icon={Fingerprint} title="No token page yet" action={add}>
            Make one, give it an app, and the app has its first JWT within a minute.
          </NothingYet>
        }
      />
      {isMaking && (
        <NewTokenPage onClose={() => setMaking(false)} onMade={(name) => navigate(pathOfPage(name))} />
      )}
    </>
  )
}

function NewTokenPage({ onClose, onMade }: { onClose: () => void; onMade: (name: string) => void }) {
  const form = useForm<Record<string, unknown>>({ mode: 'standard' })
  const isStandard = form.value.mode === 'standard'
  const create = async () => {
    const made = await call('POST', '/v1/app-pages', { body: form.value })
    await invalidate('/v1/app-pages')
    onMade(made.name)
  }
  return (
    <FormDialog
      title="New token page"
      form={form}
      submit="Create the page"
      onSubmit={create}
      onClose={onClose}
      wide
    >
      <ChoiceField
        form={form}
        at="/mode"
        label="Mode"
        onChange={(mode) =>
          form.reset({ mode, ...(form.value.name !== undefined && { name: form.value.name }) })
        }
        choices={[
          {
            value: 'standard',
            title: 'Standard',
            note: 'A token endpoint as in RFC 6749, with issuer, audience and an end.',
          },
          {
            value: 'compat',
            title: 'Compat',
            note: 'Answers member for member as the script does that people run on the platform.',
          },
        ]}
      />
      <TextField
        form={form}
        at="/name"
        label="Name"
        required
        autoFocus
        help="Stands in the address: /apps/<name>/token"
      />
      {isStandard ? <StandardFields form={form} /> : <CompatFields form={form} />}
    </FormDialog>
  )
}

function KeyField({ form, none, help = '' }: { form: Form<never> | Form; none: string; help?: string }) {
  const { data } = useQuery(read('/v1/signing-keys', { query: { limit: 500 } }))
  const isNone = data?.items.length === 0
  const options = (data?.items ?? []).map(({ name, algorithm }) => ({
    value: name,
    title: `${name} (${algorithm})`,
  }))
  return (
    <SelectField
      form={form}
      at="/signing_key"
      label="Signing key"
      none={none}
      help={
        isNone ? (
          <>
            {help} There is no signing key yet. <Link href={pathToMake('/apps', 'keys')}>Make one</Link>
          </>
        ) : (
          help
        )
      }
      options={options}
    />
  )
}

/** Members that a page in standard mode has, also while it is changed. */
export function StandardFields({ form }: { form: Form }) {
  return (
    <>
      <KeyField form={form} none="Choose a key" />
      <ListField
        form={form}
        at="/audience"
        label="Audience"
        required
        addLabel="Add an audience"
        placeholder="https://api.example.com"
        help="Whoever the JWTs are for: the claim aud."
      />
      <TextField
        form={form}
        at="/issuer"
        label="Issuer"
        placeholder="where the page is"
        help="The claim iss. Set the public URL, so that it does not change."
      />
      <NumberField form={form} at="/ttl_seconds" label="Life of a JWT, in seconds" placeholder="3600" />
    </>
  )
}

/** Members that a page in compat mode has. */
export function CompatFields({ form }: { form: Form }) {
  const algorithms = ['HS256', 'HS384', 'HS512', 'RS256', 'RS384', 'RS512']
  return (
    <>
      <SelectField
        form={form}
        at="/algorithm"
        label="Algorithm"
        none="HS256"
        options={algorithms.map((value) => ({ value, title: value }))}
      />
      <KeyField
        form={form}
        none="The secret of each app (GetJWT)"
        help="GetJWTByKeyName signs with a key of this name."
      />
      <CheckField
        form={form}
        at="/verbatim"
        label="Sign the request as it came, the client secret in it"
        help="As the script on the platform does it. Everybody who sees such a JWT knows the secret."
      />
      {form.get('/verbatim') === true && (
        <Notice tone="warn" title="JWTs will tell client secrets">
          Leave it off unless somebody reads the secret out of the JWT.
        </Notice>
      )}
    </>
  )
}
