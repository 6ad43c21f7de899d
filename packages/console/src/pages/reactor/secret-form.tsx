import { callDoor, invalidateDoor } from '../../api/door.ts'
import { FormDialog } from '../../form/form-dialog.tsx'
import { JsonField, ListField, NumberField, SecretField, SelectField, TextField } from '../../form/inputs.tsx'
import { useForm } from '../../form/use-form.ts'
import { EnvironmentField } from './environment-field.tsx'
import { FIXED, SECRET_TYPES, type SecretMember } from './secret-types.ts'
import { type One, REACTOR, type Resource, type Secret } from './wire.ts'

const ENVIRONMENT = '/data/relationships/environment/data'

/** Makes a secret, or changes the one it is given; what is not shown of it stays unless it is typed anew. */
export function SecretForm({
  propertyId,
  secret,
  onClose,
  onDone,
}: {
  propertyId: string
  secret?: Resource<Secret>
  onClose: () => void
  onDone: (id: string) => void
}) {
  const form = useForm<Record<string, unknown>>(() => ({
    data: {
      type: 'secrets',
      ...(secret !== undefined && { id: secret.id }),
      attributes:
        secret === undefined
          ? { type_of: 'oauth2-client_credentials', credentials: {} }
          : {
              name: secret.attributes.name,
              type_of: secret.attributes.type_of,
              credentials: secret.attributes.credentials,
            },
    },
  }))
  const type = String(form.get('/data/attributes/type_of'))
  const save = async () => {
    const body = documentOf(form, secret)
    const made =
      secret === undefined
        ? await callDoor<One<Secret>>(REACTOR, 'POST', `/properties/${propertyId}/secrets`, { body })
        : await callDoor<One<Secret>>(REACTOR, 'PATCH', `/secrets/${secret.id}`, { body })
    await invalidateDoor(REACTOR)
    onDone(made.data.id)
  }
  return (
    <FormDialog
      title={secret === undefined ? 'New secret' : `Change ${secret.attributes.name}`}
      description="It is exchanged as soon as it is saved."
      form={form}
      submit={secret === undefined ? 'Create it' : 'Save'}
      onSubmit={save}
      onClose={onClose}
      wide
    >
      <TextField form={form} at="/data/attributes/name" label="Name" required autoFocus />
      {secret === undefined && (
        <>
          <SelectField
            form={form}
            at="/data/attributes/type_of"
            label="Type"
            required
            options={Object.entries(SECRET_TYPES).map(([value, { title }]) => ({ value, title }))}
            onChange={(value) => {
              form.set('/data/attributes/type_of', value)
              form.set('/data/attributes/credentials', {})
            }}
          />
          <EnvironmentField
            form={form}
            at={ENVIRONMENT}
            propertyId={propertyId}
            none="None: it is exchanged to see that it works, and not kept"
          />
        </>
      )}
      {SECRET_TYPES[type]?.members.map((member) => (
        <MemberField
          key={`${type}/${member.name}`}
          form={form}
          member={member}
          isKept={secret !== undefined}
        />
      ))}
    </FormDialog>
  )
}

/** The document that is sent: without an empty relationship, and with null for what was emptied. */
function documentOf(
  form: ReturnType<typeof useForm<Record<string, unknown>>>,
  before?: Resource<Secret>,
): unknown {
  const { attributes, ...data } = form.get('/data') as Record<string, unknown> & { attributes: Secret }
  const { credentials = {}, type_of } = attributes
  const emptied = Object.keys(before?.attributes.credentials ?? {}).filter(
    (name) => !Object.hasOwn(credentials, name),
  )
  const sent = {
    ...FIXED[type_of],
    ...Object.fromEntries(emptied.map((name) => [name, null])),
    ...credentials,
  }
  const related = form.get(ENVIRONMENT) === undefined ? {} : { relationships: data.relationships }
  return {
    data: {
      type: data.type,
      ...(before && { id: before.id }),
      attributes: { ...attributes, credentials: sent },
      ...related,
    },
  }
}

function MemberField({
  form,
  member: { name, label, kind, required, help, placeholder },
  isKept,
}: {
  form: ReturnType<typeof useForm<Record<string, unknown>>>
  member: SecretMember
  isKept: boolean
}) {
  const field = { form, at: `/data/attributes/credentials/${name}`, label, help, required }
  switch (kind) {
    case 'secret':
    case 'key':
      return (
        <SecretField
          {...field}
          required={required && !isKept}
          isSet={isKept}
          {...(kind === 'key' && { lines: 5 })}
        />
      )
    case 'number':
      return <NumberField {...field} placeholder={placeholder} />
    case 'json':
      return <JsonField {...field} lines={3} />
    case 'list':
      return <ListField {...field} placeholder={placeholder} addLabel="Add a scope" />
    default:
      return <TextField {...field} placeholder={placeholder} />
  }
}
