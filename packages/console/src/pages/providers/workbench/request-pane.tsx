import { Plus, Trash2 } from 'lucide-react'
import { useEffect, useState } from 'react'
import fieldStyles from '../../../form/field.module.css'
import { SelectField, TextField } from '../../../form/inputs.tsx'
import { joinPointer } from '../../../form/pointer.ts'
import type { Form } from '../../../form/use-form.ts'
import { Button, IconButton } from '../../../ui/button.tsx'
import { Card } from '../../../ui/card.tsx'
import { classNames } from '../../../ui/class-names.ts'
import { CodeBlock } from '../../../ui/code-block.tsx'
import { TextOrTemplate } from './text-or-template.tsx'
import { useRendering } from './use-rendering.ts'
import styles from './workbench.module.css'

const AT = '/recipe/token_request'
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']

const firstBody = (grant: string) => ({
  template: `{{ formUrlEncode(\n  'grant_type', '${grant}',\n  'client_id', authData.clientId,\n  'client_secret', authData.clientSecret\n) | raw }}`,
})

/** The token request as it is written down, and as it will be sent. */
export function RequestPane({ form, context }: { form: Form<never> | Form; context: object }) {
  const request = form.get(AT)
  if (typeof request !== 'object' || request === null) {
    const grant = String(form.get('/recipe/grant') ?? 'client_credentials')
    return (
      <Card title="Token request">
        <div className={fieldStyles.grid}>
          <p>
            The grant <code>{grant}</code> makes the request by the standard. Write it yourself where the
            provider wants something else: another body, headers, a query.
          </p>
          <div>
            <Button onClick={() => form.set(AT, { body: firstBody(grant) })}>
              Write the request yourself
            </Button>
          </div>
        </div>
      </Card>
    )
  }
  return <WrittenRequest form={form} context={context} />
}

function WrittenRequest({ form, context }: { form: Form<never> | Form; context: object }) {
  const names = Object.keys((form.get(`${AT}/headers`) as object | undefined) ?? {})
  const [rendered, setRendered] = useState<Readonly<Record<string, string>>>({})
  const url = useRendering(form.get(`${AT}/url`), context)
  const query = useRendering(form.get(`${AT}/query`), context)
  const body = useRendering(form.get(`${AT}/body`), context)
  const target =
    form.get(`${AT}/url`) === undefined ? String(form.get('/recipe/token_url') ?? '') : url.output
  const type = String(form.get(`${AT}/content_type`) ?? 'application/x-www-form-urlencoded')
  const preview = [
    `${form.get(`${AT}/method`) ?? 'POST'} ${target || '…'}${query.output ? `?${query.output}` : ''}`,
    ...(body.output ? [`content-type: ${type}`] : []),
    ...names.map((name) => `${name.toLowerCase()}: ${rendered[name] ?? '…'}`),
    ...(body.output ? ['', body.output] : []),
  ].join('\n')
  return (
    <Card
      title="Token request"
      actions={
        <Button small tone="quiet" onClick={() => form.set(AT, undefined)}>
          Let the grant make it
        </Button>
      }
    >
      <div className={fieldStyles.grid}>
        <div className={fieldStyles.pair}>
          <SelectField
            form={form}
            at={`${AT}/method`}
            label="Method"
            none="POST"
            options={METHODS.filter((one) => one !== 'POST').map((value) => ({ value, title: value }))}
          />
          <TextField
            form={form}
            at={`${AT}/content_type`}
            label="Content type"
            placeholder="application/x-www-form-urlencoded"
            suggestions={['application/x-www-form-urlencoded', 'application/json', 'text/plain']}
          />
        </div>
        <TextOrTemplate
          form={form}
          at={`${AT}/url`}
          label="URL"
          rendering={url}
          placeholder={String(form.get('/recipe/token_url') ?? 'https://login.example.com/token')}
        />
        <TextOrTemplate form={form} at={`${AT}/query`} label="Query" rendering={query} />
        {names.map((name) => (
          <HeaderPart
            key={name}
            form={form}
            name={name}
            context={context}
            onRendered={(text) => setRendered((before) => ({ ...before, [name]: text }))}
          />
        ))}
        <AddHeader form={form} names={names} />
        <TextOrTemplate form={form} at={`${AT}/body`} label="Body" rendering={body} lines={5} />
        <div>
          <h3 className={styles.previewTitle}>As it is sent</h3>
          <CodeBlock label="request preview" text={preview} copyable={false} />
        </div>
      </div>
    </Card>
  )
}

function HeaderPart({
  form,
  name,
  context,
  onRendered,
}: {
  form: Form<never> | Form
  name: string
  context: object
  onRendered: (text: string) => void
}) {
  const at = joinPointer(`${AT}/headers`, name)
  const rendering = useRendering(form.get(at), context)
  const { output } = rendering
  // biome-ignore lint/correctness/useExhaustiveDependencies: told when the text is another
  useEffect(() => onRendered(output ?? '…'), [output])
  return (
    <TextOrTemplate
      form={form}
      at={at}
      label={`Header ${name}`}
      rendering={rendering}
      keepEmpty
      extra={
        <IconButton name={`Remove ${name}`} small onClick={() => form.set(at, undefined)}>
          <Trash2 size={15} aria-hidden="true" />
        </IconButton>
      }
    />
  )
}

function AddHeader({ form, names }: { form: Form<never> | Form; names: readonly string[] }) {
  const [name, setName] = useState('')
  const isFit = /^[\w!#$%&'*+.^`|~-]+$/.test(name) && !names.includes(name)
  return (
    <div className={fieldStyles.row}>
      <input
        aria-label="Name of a header"
        className={classNames(fieldStyles.input, fieldStyles.code)}
        placeholder="X-Api-Version"
        value={name}
        spellCheck={false}
        autoComplete="off"
        onChange={({ target }) => setName(target.value)}
      />
      <Button
        icon={<Plus size={15} aria-hidden="true" />}
        disabled={!isFit}
        onClick={() => {
          form.set(joinPointer(`${AT}/headers`, name), '')
          setName('')
        }}
      >
        Add header
      </Button>
    </div>
  )
}
