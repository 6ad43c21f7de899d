import { callDoor, invalidateDoor } from '../../api/door.ts'
import { FormDialog } from '../../form/form-dialog.tsx'
import { ChoiceField, JsonField, SecretField, TextField } from '../../form/inputs.tsx'
import { useForm } from '../../form/use-form.ts'
import { toast } from '../../ui/toast.tsx'
import { type ActivityDetail, MARKETING_CLOUD } from './wire.ts'

/** Either the config itself or its address, and no member of the other way. */
function bodyOf({ by, config, url, ...rest }: Record<string, unknown>): Record<string, unknown> {
  return { ...rest, ...(by === 'url' ? { url } : { config }) }
}

function ConfigFields({ form }: { form: ReturnType<typeof useForm<Record<string, unknown>>> }) {
  return (
    <>
      <ChoiceField
        form={form}
        at="/by"
        label="Configuration"
        inline
        choices={[
          { value: 'url', title: 'Its address' },
          { value: 'config', title: 'The config.json itself' },
        ]}
      />
      {form.get('/by') === 'url' ? (
        <TextField
          form={form}
          at="/url"
          label="Address of config.json"
          required
          code
          placeholder="https://activity.example.com/config.json"
        />
      ) : (
        <JsonField form={form} at="/config" label="config.json" required lines={12} />
      )}
    </>
  )
}

/** Registers by `config.json`; what is wrong in it is told with its place. */
export function RegisterActivity({
  onClose,
  onMade,
}: {
  onClose: () => void
  onMade: (key: string) => void
}) {
  const form = useForm<Record<string, unknown>>({ by: 'url' })
  const register = async () => {
    const made = await callDoor<ActivityDetail>(MARKETING_CLOUD, 'POST', '/activities', {
      body: bodyOf(form.value),
    })
    await invalidateDoor(MARKETING_CLOUD)
    onMade(made.key)
  }
  return (
    <FormDialog
      title="Register an activity"
      form={form}
      submit="Register"
      onSubmit={register}
      onClose={onClose}
      wide
    >
      <ConfigFields form={form} />
      <TextField
        form={form}
        at="/key"
        label="Key"
        code
        help="By default the applicationExtensionKey of the configuration."
      />
      <SecretField
        form={form}
        at="/jwtSigningSecret"
        label="JWT signing secret"
        help="Of the installed package; signs bodies where no Salt key is named."
      />
    </FormDialog>
  )
}

/** Another configuration makes the activity a draft again. */
export function ReplaceConfig({ activity, onClose }: { activity: ActivityDetail; onClose: () => void }) {
  const form = useForm<Record<string, unknown>>({
    by: activity.source === null ? 'config' : 'url',
    config: activity.config,
    ...(activity.source !== null && { url: activity.source }),
  })
  const replace = async () => {
    await callDoor(MARKETING_CLOUD, 'PUT', `/activities/${encodeURIComponent(activity.key)}`, {
      body: bodyOf(form.value),
    })
    await invalidateDoor(MARKETING_CLOUD)
    toast.done('Saved. The activity is a draft again.')
  }
  return (
    <FormDialog
      title={`Replace the configuration of ${activity.key}`}
      description="The activity becomes a draft, until it is published again."
      form={form}
      submit="Replace it"
      onSubmit={replace}
      onClose={onClose}
      wide
    >
      <ConfigFields form={form} />
      <SecretField
        form={form}
        at="/jwtSigningSecret"
        label="JWT signing secret"
        isSet={activity.jwtSigningSecret.set}
      />
    </FormDialog>
  )
}
