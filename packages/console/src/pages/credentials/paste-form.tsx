import { type FormEvent, useState } from 'react'
import { useLocation } from 'wouter'
import fieldStyles from '../../form/field.module.css'
import { SecretField } from '../../form/inputs.tsx'
import { type Form, useForm } from '../../form/use-form.ts'
import { Button } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { toast } from '../../ui/toast.tsx'
import { keepPasted, readPasted } from './paste.ts'

/** Read in the browser; nothing is sent before the form that follows is. */
export function PasteForm() {
  const [, navigate] = useLocation()
  const form = useForm<{ text?: string }>({})
  const [isBusy, setBusy] = useState(false)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const result = readPasted(String(form.get('/text') ?? ''))
    if ('problem' in result) {
      return form.setProblems([{ path: '/text', code: 'field.invalid', detail: result.problem }])
    }
    setBusy(true)
    keepPasted(result.kind, result.draft)
    for (const note of result.notes) toast.done('Filled in', note)
    navigate(`/credentials/new?kind=${result.kind}`)
  }
  return (
    <form onSubmit={submit} noValidate aria-label="Fill in from a text">
      <Card>
        <div className={fieldStyles.grid}>
          <SecretField
            form={form as unknown as Form}
            at="/text"
            label="Paste"
            lines={10}
            help="A curl command that gets a token or calls the API, the JSON of a credential, a service account’s key file, or what the server shows at /.well-known/openid-configuration."
          />
          <div className={fieldStyles.actions}>
            <Button onClick={() => navigate('/credentials/new')}>Cancel</Button>
            <Button type="submit" tone="primary" busy={isBusy}>
              Fill the form
            </Button>
          </div>
        </div>
      </Card>
    </form>
  )
}
