import { Dices } from 'lucide-react'
import { useState } from 'react'
import { Button } from '../ui/button.tsx'
import { type OneTimeSecret, OneTimeSecretDialog } from '../ui/one-time-secret.tsx'
import styles from './field.module.css'
import type { FieldProps } from './field.tsx'
import { SecretField } from './inputs.tsx'

const BYTES = 32

const randomHex = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(BYTES)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('')

/**
 * A secret that is typed, or made here and shown once. It is shown before the form is sent: whoever verifies with it
 * has to know it before it signs.
 */
export function NewSecretField({
  make,
  ...field
}: FieldProps & {
  /** The secret out of 32 random bytes in hexadecimal. */
  make: (hex: string) => OneTimeSecret
}) {
  const { form, at } = field
  const [made, setMade] = useState<OneTimeSecret | null>(null)
  return (
    <div className={styles.rows}>
      <SecretField {...field} />
      <Button
        small
        tone="quiet"
        className={styles.addRow}
        icon={<Dices size={15} aria-hidden="true" />}
        onClick={() => {
          const secret = make(randomHex())
          form.set(at, secret.value)
          setMade(secret)
        }}
      >
        Make one
      </Button>
      <OneTimeSecretDialog secret={made} onDone={() => setMade(null)} />
    </div>
  )
}
