import type { AnswerOf } from '@bursar/domain/api/table.ts'
import {
  AppWindow,
  CircleCheck,
  FileKey2,
  MoreHorizontal,
  PauseCircle,
  Pencil,
  Plus,
  RotateCw,
  Trash2,
} from 'lucide-react'
import { useState } from 'react'
import { call } from '../../api/call.ts'
import { invalidate } from '../../api/query.ts'
import { useMay } from '../../app/permission.ts'
import { FormDialog } from '../../form/form-dialog.tsx'
import { JsonField, ListField, NumberField, TextField } from '../../form/inputs.tsx'
import { NewSecretField } from '../../form/new-secret-field.tsx'
import { useForm } from '../../form/use-form.ts'
import { ListCard, listOfPages } from '../../table/list-card.tsx'
import { usePages } from '../../table/use-pages.ts'
import type { Column } from '../../table/virtual-table.tsx'
import { Button, IconButton } from '../../ui/button.tsx'
import { Quiet } from '../../ui/cluster.tsx'
import { ConfirmByName } from '../../ui/confirm-by-name.tsx'
import { NothingYet } from '../../ui/empty-state.tsx'
import { Menu, MenuItem, MenuLine } from '../../ui/menu.tsx'
import { type OneTimeSecret, OneTimeSecretDialog } from '../../ui/one-time-secret.tsx'
import { Time } from '../../ui/time.tsx'
import { toast } from '../../ui/toast.tsx'
import {
  RotateSigningSecret,
  SigningSecretFacts,
  signingSecretOf,
  signsWithAppSecret,
} from './rotate-signing-secret.tsx'
import { EnabledChip, type TokenPage } from './token-pages.tsx'

type App = AnswerOf<'getApp'>
type Verb = 'change' | 'rotate' | 'rotate-signing' | 'delete'

const LIST = '/v1/app-pages/{name}/apps'
const ONE = '/v1/app-pages/{name}/apps/{client_id}'

const paramsOf = ({ page, client_id }: App) => ({ name: page, client_id })

const secretOfApp = (clientId: string, value: string): OneTimeSecret => ({
  title: `The client secret of ${clientId}`,
  description: 'For the app, which asks for its JWTs with it.',
  fileName: `${clientId}-client-secret.txt`,
  value,
})

const columns = (
  page: TokenPage,
  mayChange: boolean,
  onVerb: (verb: Verb, app: App) => void,
  onToggle: (app: App) => void,
): ReadonlyArray<Column<App>> => [
  {
    id: 'id',
    title: 'Client id',
    width: 'minmax(5rem, 2fr)',
    cell: ({ client_id, title }) => (
      <>
        <code>{client_id}</code> {title && <Quiet>{title}</Quiet>}
      </>
    ),
  },
  { id: 'enabled', title: 'State', width: '7rem', cell: ({ enabled }) => <EnabledChip enabled={enabled} /> },
  {
    id: 'scopes',
    title: 'Scopes',
    width: 'minmax(7rem, 1fr)',
    from: 620,
    cell: ({ scopes }) => (scopes.length > 0 ? scopes.join(' ') : <Quiet>none</Quiet>),
  },
  {
    id: 'secrets',
    title: 'Client secrets',
    width: 'minmax(6rem, 1fr)',
    from: 760,
    cell: ({ client_secrets }) => {
      const ending = client_secrets.find(({ ends_at }) => ends_at !== null)
      return (
        <>
          {client_secrets.length}
          {ending && (
            <Quiet>
              {' '}
              one ends <Time at={ending.ends_at} />
            </Quiet>
          )}
        </>
      )
    },
  },
  ...(signsWithAppSecret(page)
    ? [
        {
          id: 'signing',
          title: 'Signing secret',
          width: 'minmax(11rem, 1fr)',
          from: 920,
          cell: (app: App) => <SigningSecretFacts app={app} />,
        },
      ]
    : []),
  { id: 'made', title: 'Made', width: '8rem', from: 900, cell: ({ created_at }) => <Time at={created_at} /> },
  ...(mayChange
    ? [
        {
          id: 'do',
          title: <span className="visually-hidden">What to do</span>,
          width: '2.5rem',
          align: 'end' as const,
          cell: (app: App) => (
            <Menu
              trigger={
                <IconButton name={`Actions for ${app.client_id}`} small>
                  <MoreHorizontal size={16} aria-hidden="true" />
                </IconButton>
              }
            >
              <MenuItem icon={<Pencil size={16} aria-hidden="true" />} onClick={() => onVerb('change', app)}>
                Change
              </MenuItem>
              <MenuItem
                icon={<RotateCw size={16} aria-hidden="true" />}
                onClick={() => onVerb('rotate', app)}
              >
                Rotate the secret
              </MenuItem>
              {signsWithAppSecret(page) && (
                <MenuItem
                  icon={<FileKey2 size={16} aria-hidden="true" />}
                  onClick={() => onVerb('rotate-signing', app)}
                >
                  Rotate the signing secret
                </MenuItem>
              )}
              <MenuItem
                icon={
                  app.enabled ? (
                    <PauseCircle size={16} aria-hidden="true" />
                  ) : (
                    <CircleCheck size={16} aria-hidden="true" />
                  )
                }
                onClick={() => onToggle(app)}
              >
                {app.enabled ? 'Disable' : 'Enable'}
              </MenuItem>
              <MenuLine />
              <MenuItem
                danger
                icon={<Trash2 size={16} aria-hidden="true" />}
                onClick={() => onVerb('delete', app)}
              >
                Delete
              </MenuItem>
            </Menu>
          ),
        },
      ]
    : []),
]

/** Apps that may ask a page for JWTs. Client secrets are shown once, when they are made. */
export function PageApps({ page }: { page: TokenPage }) {
  const mayChange = useMay('credentials:write')
  const [asking, setAsking] = useState<{ verb: Verb; app: App } | null>(null)
  const [isMaking, setMaking] = useState(false)
  const [secret, setSecret] = useState<OneTimeSecret | null>(null)
  const apps = usePages<App>(LIST, { limit: 100 }, { params: { name: page.name } })
  const close = () => setAsking(null)
  const app = asking?.app
  const add = mayChange && (
    <Button tone="primary" icon={<Plus size={16} aria-hidden="true" />} onClick={() => setMaking(true)}>
      New app
    </Button>
  )
  const toggle = async (one: App) => {
    try {
      await call('PATCH', ONE, { params: paramsOf(one), body: { enabled: !one.enabled } })
      await invalidate(LIST)
      toast.done(`${one.client_id} is ${one.enabled ? 'disabled' : 'enabled'}.`)
    } catch (error) {
      toast.failed(error)
    }
  }
  const remove = async (one: App) => {
    await call('DELETE', ONE, { params: paramsOf(one) })
    await invalidate(LIST)
    toast.done(`${one.client_id} is gone.`)
  }
  return (
    <>
      <ListCard
        label="Apps"
        title="Apps"
        actions={apps.rows.length > 0 && add}
        list={listOfPages(apps)}
        columns={columns(page, mayChange, (verb, one) => setAsking({ verb, app: one }), toggle)}
        keyOf={({ client_id }) => client_id}
        empty={
          <NothingYet icon={AppWindow} title="No app yet" action={add}>
            An app gets a client id and a secret, which is shown once.
          </NothingYet>
        }
      />
      {isMaking && <NewApp page={page} onClose={() => setMaking(false)} onSecret={setSecret} />}
      {app && asking.verb === 'change' && <ChangeApp app={app} onClose={close} />}
      {app && asking.verb === 'rotate' && <RotateSecret app={app} onClose={close} onSecret={setSecret} />}
      {app && asking.verb === 'rotate-signing' && <RotateSigningSecret app={app} onClose={close} />}
      {app && asking.verb === 'delete' && (
        <ConfirmByName
          open
          onClose={close}
          title={`Delete ${app.client_id}?`}
          name={app.client_id}
          verb="Delete the app"
          onConfirm={() => remove(app)}
        >
          <p>It gets no more JWTs. Those it has hold until they end or are revoked.</p>
        </ConfirmByName>
      )}
      <OneTimeSecretDialog secret={secret} onDone={() => setSecret(null)} />
    </>
  )
}

interface WithSecret {
  onClose: () => void
  onSecret: (secret: OneTimeSecret) => void
}

function NewApp({ page, onClose, onSecret }: WithSecret & { page: TokenPage }) {
  const form = useForm<Record<string, unknown>>({})
  const create = async () => {
    const made = await call('POST', LIST, { params: { name: page.name }, body: form.value })
    await invalidate(LIST)
    if (made.client_secret !== null) onSecret(secretOfApp(made.client_id, made.client_secret))
  }
  return (
    <FormDialog title="New app" form={form} submit="Create the app" onSubmit={create} onClose={onClose} wide>
      <TextField
        form={form}
        at="/client_id"
        label="Client id"
        code
        autoFocus
        help="Leave it empty, and one is made."
      />
      <TextField form={form} at="/title" label="Title" />
      {signsWithAppSecret(page) && (
        <NewSecretField
          form={form}
          at="/signing_secret"
          label="Signing secret"
          required
          make={(hex) => signingSecretOf(String(form.get('/client_id') ?? 'the app'), hex)}
          help="GetJWT signs the JWTs of this app with it."
        />
      )}
      <AppFields form={form} />
    </FormDialog>
  )
}

function AppFields({ form }: { form: ReturnType<typeof useForm<Record<string, unknown>>> }) {
  return (
    <>
      <ListField form={form} at="/scopes" label="Scopes" addLabel="Add a scope" help="What it may ask for." />
      <JsonField
        form={form}
        at="/claims"
        label="Further claims"
        lines={3}
        help='Of every JWT, such as {"store": 7}.'
      />
    </>
  )
}

function ChangeApp({ app, onClose }: { app: App; onClose: () => void }) {
  const { title, scopes, claims } = app
  const form = useForm<Record<string, unknown>>({ title, scopes, claims })
  const save = async () => {
    const { title = null, scopes = [], claims = null } = form.value
    await call('PATCH', ONE, { params: paramsOf(app), body: { title, scopes, claims } })
    await invalidate(LIST)
    toast.done('Saved.')
  }
  return (
    <FormDialog
      title={`Change ${app.client_id}`}
      form={form}
      submit="Save"
      onSubmit={save}
      onClose={onClose}
      wide
    >
      <TextField form={form} at="/title" label="Title" />
      <AppFields form={form} />
    </FormDialog>
  )
}

function RotateSecret({ app, onClose, onSecret }: WithSecret & { app: App }) {
  const form = useForm<{ overlap_seconds?: number }>({})
  const rotate = async () => {
    const made = await call('POST', `${ONE}/rotate-secret`, { params: paramsOf(app), body: form.value })
    await invalidate(LIST)
    if (made.client_secret !== null) onSecret(secretOfApp(made.client_id, made.client_secret))
  }
  return (
    <FormDialog
      title={`Rotate the secret of ${app.client_id}`}
      description="The secret before is taken until the overlap has passed."
      form={form}
      submit="Make a new secret"
      onSubmit={rotate}
      onClose={onClose}
    >
      <NumberField
        form={form}
        at="/overlap_seconds"
        label="Overlap, in seconds"
        placeholder="86400"
        help="With 0 the old secret is refused from now on."
      />
    </FormDialog>
  )
}
