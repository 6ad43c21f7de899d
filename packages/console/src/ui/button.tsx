import type { ComponentProps, ReactNode } from 'react'
import { Link } from 'wouter'
import styles from './button.module.css'
import { classNames } from './class-names.ts'
import { Tooltip } from './tooltip.tsx'

export type ButtonTone = 'plain' | 'primary' | 'danger' | 'quiet'

interface Looks {
  tone?: ButtonTone | undefined
  small?: boolean | undefined
  icon?: ReactNode
}

const classOf = ({ tone = 'plain', small }: Looks, extra?: string) =>
  classNames(styles.button, styles[tone], small && styles.small, extra)

interface ButtonProps extends ComponentProps<'button'>, Looks {
  /** While what it does is under way: it stays where it is and can not be pressed again. */
  busy?: boolean | undefined
}

export function Button({
  tone,
  small,
  icon,
  busy,
  className,
  children,
  disabled,
  onClick,
  ...rest
}: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      disabled={disabled}
      aria-disabled={busy || undefined}
      aria-busy={busy || undefined}
      onClick={busy ? (event) => event.preventDefault() : onClick}
      className={classOf({ tone, small }, className)}
    >
      {busy ? <span className={styles.busy} aria-hidden="true" /> : icon}
      {children}
    </button>
  )
}

/** A place to go that looks like a button. */
export function ButtonLink({
  tone,
  small,
  icon,
  href,
  children,
  className,
}: Looks & { href: string; children: ReactNode; className?: string }) {
  return (
    <Link href={href} className={classOf({ tone, small }, className)}>
      {icon}
      {children}
    </Link>
  )
}

/** A button that is an icon only; its name shows on hover and focus. */
export function IconButton({
  name,
  small,
  tone = 'quiet',
  className,
  children,
  ...rest
}: Omit<ButtonProps, 'icon' | 'name'> & { name: string }) {
  return (
    <Tooltip text={name}>
      <button
        type="button"
        {...rest}
        aria-label={name}
        className={classNames(styles.button, styles[tone], styles.square, small && styles.small, className)}
      >
        {children}
      </button>
    </Tooltip>
  )
}
