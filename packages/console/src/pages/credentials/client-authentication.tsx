import { ChoiceField, SelectField } from '../../form/inputs.tsx'
import type { Form } from '../../form/use-form.ts'
import { Notice } from '../../ui/notice.tsx'

const USUAL = ['client_secret_basic', 'client_secret_post']
const AT = '/recipe/client_auth'

/** How the client says who it is; RFC 6749 §2.3.1. */
export function ClientAuthentication({ form, required }: { form: Form<never> | Form; required: boolean }) {
  const method = String(form.get(AT) ?? 'client_secret_basic')
  return (
    <>
      <ChoiceField
        form={form}
        at={AT}
        label="Authentication Method"
        required={required}
        fallback={USUAL.includes(method) ? method : 'other'}
        onChange={(chosen) => form.set(AT, chosen === 'other' ? 'private_key_jwt' : chosen)}
        choices={[
          {
            value: 'client_secret_basic',
            title: 'Send credentials using the HTTP Basic authentication scheme',
            note: 'The default: identifier and secret travel in the Authorization header.',
          },
          { value: 'client_secret_post', title: 'Send credentials in the body of the request' },
          { value: 'other', title: 'Another method', note: 'A signed assertion, or no secret at all.' },
        ]}
      />
      {method === 'client_secret_post' && (
        <Notice tone="warn" title="Not recommended">
          Secrets in a body end up in more logs than headers do. Choose it for Azure, and for servers that
          cannot take HTTP Basic.
        </Notice>
      )}
      {!USUAL.includes(method) && (
        <SelectField
          form={form}
          at={AT}
          label="Method"
          options={[
            { value: 'private_key_jwt', title: 'private_key_jwt: an assertion signed with a private key' },
            { value: 'client_secret_jwt', title: 'client_secret_jwt: an assertion signed with the secret' },
            { value: 'none', title: 'none: a public client' },
          ]}
        />
      )}
    </>
  )
}
