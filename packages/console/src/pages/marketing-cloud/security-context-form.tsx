import { callDoor, invalidateDoor } from '../../api/door.ts'
import fieldStyles from '../../form/field.module.css'
import { FormDialog } from '../../form/form-dialog.tsx'
import { ListField, NumberField, SecretField, SelectField, TextField } from '../../form/inputs.tsx'
import { useForm } from '../../form/use-form.ts'
import { MARKETING_CLOUD, type SecurityContext } from './wire.ts'

interface Member {
  name: string
  label: string
  kind?: 'number' | 'key' | 'secret'
  choices?: readonly string[]
  required?: boolean
  help?: string
  placeholder?: string
}

const SIGNING: readonly Member[] = [
  { name: 'privateKey', label: 'Private key', kind: 'key', required: true, help: 'PEM.' },
  { name: 'keyId', label: 'Key id', help: 'The kid of the JWT.' },
  { name: 'algorithm', label: 'Algorithm', choices: ['RS256', 'PS256', 'ES256', 'EdDSA'] },
]

/** The grants of Key Management, each with the members it has besides those of all. */
export const GRANTS: Record<SecurityContext['grantType'], { title: string; members: readonly Member[] }> = {
  jwt_bearer: {
    title: 'JWT Bearer',
    members: [
      { name: 'issuer', label: 'Issuer', required: true, help: 'iss of the JWT.' },
      { name: 'audience', label: 'Audience', required: true, help: 'aud of the JWT.' },
      { name: 'subject', label: 'Subject', required: true, help: 'sub of the JWT.' },
      ...SIGNING,
      { name: 'lifetimeSeconds', label: 'Life of the JWT, in seconds', kind: 'number', placeholder: '300' },
    ],
  },
  client_credentials: {
    title: 'Client Credentials',
    members: [
      { name: 'clientId', label: 'Client id', required: true },
      { name: 'clientSecret', label: 'Client secret', kind: 'secret', required: true },
      { name: 'clientAuthentication', label: 'Id and secret stand in', choices: ['body', 'header'] },
    ],
  },
  client_credentials_jwt: {
    title: 'Client Credentials with JWT assertion',
    members: [
      { name: 'clientId', label: 'Client id', required: true, help: 'Also iss and sub of the assertion.' },
      { name: 'audience', label: 'Audience', help: 'The token endpoint unless you say otherwise.' },
      ...SIGNING,
    ],
  },
}

const COMMON = [
  'name',
  'externalKey',
  'grantType',
  'tokenEndpoint',
  'contentType',
  'validServiceUrls',
  'scope',
]

const isSecret = ({ kind }: Member) => kind === 'secret' || kind === 'key'

/** What is sent: members of the chosen grant and those that all have; in a patch, null for what was emptied. */
function bodyOf(
  value: Record<string, unknown>,
  before: SecurityContext | undefined,
): Record<string, unknown> {
  const { members } = GRANTS[value.grantType as SecurityContext['grantType']]
  const names = [...COMMON, ...members.map(({ name }) => name)]
  const given = Object.fromEntries(
    names.filter((name) => value[name] !== undefined).map((name) => [name, value[name]]),
  )
  if (before === undefined) return given
  const emptied = names.filter((name) => value[name] === undefined && before[name] !== undefined)
  return { ...given, ...Object.fromEntries(emptied.map((name) => [name, null])) }
}

/** Makes a security context, or changes the one it is given; its secret stays unless another is typed. */
export function ContextForm({
  context,
  externalKey = '',
  onClose,
  onDone,
}: {
  context?: SecurityContext
  /** Of a new one, where it is known already. */
  externalKey?: string
  onClose: () => void
  onDone: (externalKey: string) => void
}) {
  const form = useForm<Record<string, unknown>>(() => ({
    grantType: 'jwt_bearer',
    ...(externalKey !== '' && { externalKey }),
    ...context,
  }))
  const grant = form.value.grantType as SecurityContext['grantType']
  const save = async () => {
    const body = bodyOf(form.value, context)
    const made =
      context === undefined
        ? await callDoor<SecurityContext>(MARKETING_CLOUD, 'POST', '/security-contexts', {
            body,
            query: { wait: 10 },
          })
        : await callDoor<SecurityContext>(
            MARKETING_CLOUD,
            'PATCH',
            `/security-contexts/${encodeURIComponent(context.externalKey)}`,
            { body },
          )
    await invalidateDoor(MARKETING_CLOUD)
    onDone(made.externalKey)
  }
  return (
    <FormDialog
      title={context === undefined ? 'New security context' : `Change ${context.name}`}
      form={form}
      submit={context === undefined ? 'Create it' : 'Save'}
      onSubmit={save}
      onClose={onClose}
      wide
    >
      <div className={fieldStyles.pair}>
        <TextField form={form} at="/name" label="Name" required autoFocus />
        <TextField
          form={form}
          at="/externalKey"
          label="External key"
          required
          code
          disabled={context !== undefined}
          help="Activities name it by this; it stays."
        />
      </div>
      <SelectField
        form={form}
        at="/grantType"
        label="Grant"
        required
        options={Object.entries(GRANTS).map(([value, { title }]) => ({ value, title }))}
      />
      <TextField
        form={form}
        at="/tokenEndpoint"
        label="Token endpoint"
        required
        code
        placeholder="https://login.example.com/token"
      />
      {GRANTS[grant].members.map((member) => (
        <MemberField
          key={member.name}
          form={form}
          member={member}
          isKept={context !== undefined && context.grantType === grant}
        />
      ))}
      <ListField
        form={form}
        at="/validServiceUrls"
        label="Valid service URLs"
        required
        addLabel="Add a URL"
        placeholder="https://activity.example.com/"
        help="Where the token may go: each covers its path and what lies below. It goes nowhere else."
      />
      <div className={fieldStyles.pair}>
        <TextField form={form} at="/scope" label="Scope" help="Separated by blanks." />
        <SelectField
          form={form}
          at="/contentType"
          label="The token request is"
          none="a form"
          options={[
            { value: 'application/x-www-form-urlencoded', title: 'a form' },
            { value: 'application/json', title: 'JSON' },
          ].slice(form.get('/contentType') === undefined ? 1 : 0)}
        />
      </div>
    </FormDialog>
  )
}

function MemberField({
  form,
  member,
  isKept,
}: {
  form: ReturnType<typeof useForm<Record<string, unknown>>>
  member: Member
  isKept: boolean
}) {
  const { name, label, required, help, placeholder, kind, choices } = member
  const field = { form, at: `/${name}`, label, help, required }
  if (isSecret(member)) {
    return (
      <SecretField
        {...field}
        required={required && !isKept}
        isSet={isKept}
        {...(kind === 'key' && { lines: 5 })}
      />
    )
  }
  if (kind === 'number') return <NumberField {...field} placeholder={placeholder} />
  if (choices !== undefined) {
    const [first, ...others] = choices
    const options = (form.get(`/${name}`) === undefined ? others : choices).map((value) => ({
      value,
      title: value,
    }))
    return <SelectField {...field} none={first} options={options} />
  }
  return <TextField {...field} placeholder={placeholder} />
}
