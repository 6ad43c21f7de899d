import { useId, useState } from 'react'
import { ApiProblem } from '../../api/problem.ts'
import fieldStyles from '../../form/field.module.css'
import { Field } from '../../form/field.tsx'
import { FormDialog } from '../../form/form-dialog.tsx'
import { ChoiceField, TextField } from '../../form/inputs.tsx'
import { useForm } from '../../form/use-form.ts'
import { type Contacts, readContacts } from './contacts.ts'

const EXAMPLE = `{"key": "003A", "attributes": {"Email": "ada@example.com"}}
{"key": "003B", "attributes": {"Email": "ben@example.com"}}`

/** Asks for contacts, a line each: pasted, or a file of any length. */
export function ContactsDialog({
  title,
  description,
  submit,
  onContacts,
  onClose,
}: {
  title: string
  description: string
  submit: string
  onContacts: (contacts: Contacts) => Promise<unknown>
  onClose: () => void
}) {
  const fileName = useId()
  const form = useForm<Record<string, unknown>>({ by: 'text' })
  const [file, setFile] = useState<File | null>(null)
  const byFile = form.get('/by') === 'file'
  const send = async () => {
    const blob = byFile ? file : new Blob([String(form.get('/text') ?? '')])
    const contacts = await readContacts(blob ?? new Blob())
    if (contacts.count > 0) return onContacts(contacts)
    const path = byFile ? '/file' : '/text'
    const problem = { path, code: 'field.missing', detail: 'There is no contact in it.' }
    throw new ApiProblem({ status: 422, errors: [problem] })
  }
  return (
    <FormDialog
      title={title}
      description={description}
      form={form}
      submit={submit}
      onSubmit={send}
      onClose={onClose}
      wide
    >
      <ChoiceField
        form={form}
        at="/by"
        label="Contacts"
        inline
        choices={[
          { value: 'text', title: 'Paste them' },
          { value: 'file', title: 'A file' },
        ]}
      />
      {byFile ? (
        <Field form={form} at="/file" label="File" required help="NDJSON: a contact in JSON on each line.">
          {(wiring) => (
            <input
              {...wiring}
              name={fileName}
              type="file"
              accept=".ndjson,.jsonl,.json,.txt,application/x-ndjson"
              className={fieldStyles.input}
              onChange={({ target }) => setFile(target.files?.[0] ?? null)}
            />
          )}
        </Field>
      ) : (
        <TextField
          form={form}
          at="/text"
          label="Contacts, one on each line"
          required
          code
          lines={8}
          placeholder={EXAMPLE}
          help="NDJSON: `key`, and what data binding reads, such as `attributes`."
        />
      )}
    </FormDialog>
  )
}
