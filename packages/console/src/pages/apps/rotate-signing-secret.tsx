import type { AnswerOf } from '@bursar/domain/api/table.ts'
import { call } from '../../api/call.ts'
import { invalidate } from '../../api/query.ts'
import { FormDialog } from '../../form/form-dialog.tsx'
import { NumberField } from '../../form/inputs.tsx'
import { NewSecretField } from '../../form/new-secret-field.tsx'
import { useForm } from '../../form/use-form.ts'
import { Quiet } from '../../ui/cluster.tsx'
import type { OneTimeSecret } from '../../ui/one-time-secret.tsx'
import { Time } from '../../ui/time.tsx'
import { toast } from '../../ui/toast.tsx'
import type { TokenPage } from './token-pages.tsx'

type App = AnswerOf<'getApp'>

/** Apps of such a page sign with a secret of their own: GetJWT. */
export const signsWithAppSecret = ({ mode, signing_key }: TokenPage): boolean =>
  mode === 'compat' && signing_key === null

/** Until when secrets before the one that signs verify; where there are none, since when it signs. */
export function SigningSecretFacts({ app }: { app: App }) {
  const last = app.former_signing_secrets
    .map(({ ends_at }) => ends_at)
    .toSorted()
    .at(-1)
  if (last === undefined) return <Time at={app.signing_secret?.updated_at ?? null} none="none" />
  return (
    <Quiet>
      former ends <Time at={last} />
    </Quiet>
  )
}

export const signingSecretOf = (clientId: string, value: string): OneTimeSecret => ({
  title: `The signing secret of ${clientId}`,
  description: 'For those who verify its JWTs by themselves. Whoever has it can make JWTs too.',
  fileName: `${clientId}-signing-secret.txt`,
  value,
})

/** Another signing secret for an app, with overlap for what was signed before. */
export function RotateSigningSecret({ app, onClose }: { app: App; onClose: () => void }) {
  const { page, client_id, signing_secret } = app
  const form = useForm<{ signing_secret?: string; overlap_seconds?: number }>({})
  const rotate = async () => {
    await call('POST', '/v1/app-pages/{name}/apps/{client_id}/rotate-signing-secret', {
      params: { name: page, client_id },
      body: form.value,
    })
    await invalidate('/v1/app-pages/{name}/apps')
    toast.done(`${client_id} signs with the next secret.`)
  }
  return (
    <FormDialog
      title={`Rotate the signing secret of ${client_id}`}
      description="The next secret signs from now on; until the overlap has passed, Bursar still verifies what was signed before."
      form={form}
      submit="Rotate it"
      onSubmit={rotate}
      onClose={onClose}
    >
      <NewSecretField
        form={form}
        at="/signing_secret"
        label="Next signing secret"
        required
        make={(hex) => ({
          ...signingSecretOf(client_id, hex),
          title: `The next signing secret of ${client_id}`,
        })}
        help={
          signing_secret?.reference
            ? 'The one before is read where it lives; this one is kept here, sealed.'
            : 'Whoever verifies without Bursar has to take both meanwhile.'
        }
      />
      <NumberField
        form={form}
        at="/overlap_seconds"
        label="Overlap, in seconds"
        placeholder="86400"
        help="With 0 what was signed before is refused from now on."
      />
    </FormDialog>
  )
}
