import { useState } from 'react'
import fieldStyles from '../../form/field.module.css'
import { Field } from '../../form/field.tsx'
import { MapField, SelectField, TextField } from '../../form/inputs.tsx'
import type { Form } from '../../form/use-form.ts'
import { classNames } from '../../ui/class-names.ts'
import { ElementNames } from './element-names.tsx'
import { SETTINGS, type SettingsFieldsProps } from './settings-document.ts'

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].map((value) => ({ value, title: value }))

/** The request that an action sends. */
export function RequestFields({ form, propertyId }: SettingsFieldsProps) {
  return (
    <>
      <SelectField
        form={form}
        at={`${SETTINGS}/method`}
        label="Method"
        required
        none="Choose one"
        options={METHODS}
      />
      <TextField
        form={form}
        at={`${SETTINGS}/url`}
        label="URL"
        required
        code
        placeholder="https://api.example.com/orders"
        help="A secret goes to the host and path that stand here in plain text, and nowhere else."
      />
      <MapField
        form={form}
        at={`${SETTINGS}/headers`}
        label="Headers"
        asPairs
        nameLabel="Header"
        addLabel="Add a header"
      />
      <BodyField form={form} />
      <TextField
        form={form}
        at={`${SETTINGS}/responseKey`}
        label="Key of the answer"
        help="Actions that come later find the answer of the server under it."
      />
      <ElementNames propertyId={propertyId} />
    </>
  )
}

const BODY = `${SETTINGS}/body`

const textOfBody = (body: unknown): string =>
  body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body, null, 2)

/** An object is sent as JSON, with the values of data elements in it as what they are; a text as it stands. */
function BodyField({ form }: { form: Form }) {
  const [text, setText] = useState(() => textOfBody(form.get(BODY)))
  const put = (next: string) => {
    setText(next)
    form.set(BODY, next === '' ? undefined : (objectIn(next) ?? next))
  }
  const isObject = typeof form.get(BODY) === 'object'
  return (
    <Field
      form={form}
      at={BODY}
      label="Body"
      help={isObject ? 'Sent as JSON.' : 'A JSON object, or any other text, which is sent as it stands.'}
    >
      {(wiring) => (
        <textarea
          {...wiring}
          className={classNames(fieldStyles.input, fieldStyles.code)}
          rows={4}
          spellCheck={false}
          placeholder={'{ "order": "{{order}}" }'}
          value={text}
          onChange={({ target }) => put(target.value)}
        />
      )}
    </Field>
  )
}

function objectIn(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined
  } catch {
    return undefined
  }
}
