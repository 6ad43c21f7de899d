import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import fieldStyles from '../../form/field.module.css'
import { Field } from '../../form/field.tsx'
import { CheckField, SelectField, TextField } from '../../form/inputs.tsx'
import { OPERATORS } from './comparison-operators.ts'
import { ElementNames, elementsQuery, referenceTo } from './element-names.tsx'
import { SETTINGS, type SettingsFieldsProps } from './settings-document.ts'

const RIGHT = `${SETTINGS}/rightOperand`

/** Compares the value of a data element. */
export function ComparisonFields({ form, propertyId }: SettingsFieldsProps) {
  const { data } = useQuery(elementsQuery(propertyId))
  const left = String(form.get(`${SETTINGS}/leftOperand`) ?? '')
  const chosen = form.get(`${SETTINGS}/comparison/operator`)
  const right = OPERATORS.find(({ value }) => value === chosen)?.right ?? 'text'
  const names = (data?.data ?? []).map(({ attributes }) => referenceTo(attributes.name))
  const known = left === '' || names.includes(left) ? names : [left, ...names]
  const choose = (operator: string) => {
    const next = OPERATORS.find(({ value }) => value === operator)?.right
    form.set(`${SETTINGS}/comparison`, { operator })
    if (next !== right) form.set(RIGHT, undefined)
  }
  return (
    <>
      <SelectField
        form={form}
        at={`${SETTINGS}/leftOperand`}
        label="Data element"
        required
        none="Choose one"
        options={known.map((value) => ({ value, title: value.slice(2, -2) }))}
      />
      <SelectField
        form={form}
        at={`${SETTINGS}/comparison/operator`}
        label="Comparison"
        required
        none="Choose one"
        options={OPERATORS}
        onChange={choose}
      />
      {right === 'text' && (
        <>
          <TextField
            form={form}
            at={RIGHT}
            label="With"
            required
            help={<ElementNames propertyId={propertyId} />}
          />
          <CheckField
            form={form}
            at={`${SETTINGS}/comparison/caseInsensitive`}
            label="Capitals and small letters are the same"
          />
        </>
      )}
      {right === 'number' && <NumberOrReference form={form} propertyId={propertyId} />}
    </>
  )
}

/** A number, or the data element that has one. What is typed stays as it is while it becomes a number. */
function NumberOrReference({ form, propertyId }: SettingsFieldsProps) {
  const [text, setText] = useState(() => String(form.get(RIGHT) ?? ''))
  const put = (next: string) => {
    setText(next)
    const typed = next.trim()
    const isNumber = typed !== '' && Number.isFinite(Number(typed))
    form.set(RIGHT, typed === '' ? undefined : isNumber ? Number(typed) : typed)
  }
  return (
    <Field
      form={form}
      at={RIGHT}
      label="With the number"
      required
      help={<ElementNames propertyId={propertyId} />}
    >
      {(wiring) => (
        <input
          {...wiring}
          className={fieldStyles.input}
          autoComplete="off"
          value={text}
          onChange={({ target }) => put(target.value)}
        />
      )}
    </Field>
  )
}
