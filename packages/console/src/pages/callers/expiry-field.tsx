import { ChoiceField, TextField } from '../../form/inputs.tsx'
import type { Form } from '../../form/use-form.ts'

const DAY_MS = 86_400_000
const SPANS = [
  { value: '30', title: '30 days' },
  { value: '90', title: '90 days' },
  { value: '365', title: 'A year' },
  { value: 'day', title: 'On a day' },
  { value: 'never', title: 'Never' },
] as const

/** What the form holds: a choice, and the day where one is chosen. */
export type Expiry = {
  ends: string
  expires_at?: string
}

/** The moment a choice stands for, as the API writes it; the end of a day by the person's own clock. */
export function expiryOf({ ends, expires_at: day = '' }: Expiry, now: number): string | null {
  if (ends === 'never') return null
  if (ends !== 'day') return new Date(now + Number(ends) * DAY_MS).toISOString()
  const end = new Date(`${day}T23:59:59`)
  return Number.isNaN(end.getTime()) ? day : end.toISOString()
}

/** When the key ends. */
export function ExpiryField({ form }: { form: Form<never> | Form }) {
  const ends = form.get('/ends')
  return (
    <>
      <ChoiceField
        form={form}
        at="/ends"
        label="Ends"
        inline
        choices={SPANS}
        help={ends === 'never' ? 'It works until somebody deletes it.' : undefined}
      />
      {ends === 'day' && <TextField form={form} at="/expires_at" label="Last day" type="date" required />}
    </>
  )
}
