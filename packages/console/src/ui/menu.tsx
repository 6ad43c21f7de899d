import { Menu as Base } from '@base-ui/react/menu'
import { Check } from 'lucide-react'
import type { ReactElement, ReactNode } from 'react'
import styles from './floating.module.css'

/** A button (`trigger`) that opens a list of things to do. */
export function Menu({
  trigger,
  children,
  align = 'end',
}: {
  trigger: ReactElement
  children: ReactNode
  align?: 'start' | 'end'
}) {
  return (
    <Base.Root>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner align={align} sideOffset={6} className={styles.positioner}>
          <Base.Popup className={styles.menu}>{children}</Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  )
}

export function MenuItem({
  icon,
  children,
  onClick,
  danger,
  disabled,
}: {
  icon?: ReactNode
  children: ReactNode
  onClick: () => void
  danger?: boolean | undefined
  disabled?: boolean | undefined
}) {
  return (
    <Base.Item
      className={styles.item}
      data-tone={danger ? 'danger' : undefined}
      onClick={onClick}
      disabled={disabled ?? false}
    >
      {icon}
      {children}
    </Base.Item>
  )
}

export const MenuLine = () => <Base.Separator className={styles.line} />

/** One of several, of which one is in force. */
export function MenuChoice<T extends string>({
  label,
  value,
  choices,
  onChange,
}: {
  label: string
  value: T
  choices: ReadonlyArray<{ value: T; title: string; icon?: ReactNode }>
  onChange: (value: T) => void
}) {
  return (
    <Base.Group>
      <Base.GroupLabel className={styles.label}>{label}</Base.GroupLabel>
      <Base.RadioGroup value={value} onValueChange={onChange}>
        {choices.map((choice) => (
          <Base.RadioItem key={choice.value} value={choice.value} className={styles.item} closeOnClick>
            {choice.icon}
            {choice.title}
            <Base.RadioItemIndicator className={styles.check}>
              <Check size={16} aria-hidden="true" />
            </Base.RadioItemIndicator>
          </Base.RadioItem>
        ))}
      </Base.RadioGroup>
    </Base.Group>
  )
}
