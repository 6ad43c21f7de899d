import {
  CircleCheck,
  CirclePause,
  CircleX,
  Clock,
  Hourglass,
  type LucideIcon,
  RefreshCw,
  TriangleAlert,
  UserRound,
} from 'lucide-react'
import styles from './status-chip.module.css'

export type Tone = 'good' | 'warn' | 'bad' | 'info' | 'rest'

interface StatusLook {
  title: string
  tone: Tone
  icon: LucideIcon
  /** What it means, for whoever meets it the first time. */
  meaning: string
}

/** The states a credential is shown in: always a word and an icon, never the colour alone. */
export const STATUS_LOOKS = {
  active: { title: 'Active', tone: 'good', icon: CircleCheck, meaning: 'Its token is fresh.' },
  refreshing: { title: 'Refreshing', tone: 'info', icon: RefreshCw, meaning: 'A new token is on its way.' },
  expiring: { title: 'Expiring', tone: 'warn', icon: Clock, meaning: 'Its token is due for replacement.' },
  degraded: {
    title: 'Degraded',
    tone: 'warn',
    icon: TriangleAlert,
    meaning: 'The last refresh failed; the token at hand is still served.',
  },
  needs_sign_in: {
    title: 'Needs sign-in',
    tone: 'warn',
    icon: UserRound,
    meaning: 'A person has to sign in and agree.',
  },
  broken: { title: 'Broken', tone: 'bad', icon: CircleX, meaning: 'There is no token to hand out.' },
  pending: { title: 'Pending', tone: 'info', icon: Hourglass, meaning: 'The first token has not come yet.' },
  paused: {
    title: 'Paused',
    tone: 'rest',
    icon: CirclePause,
    meaning: 'Nothing is handed out or refreshed.',
  },
} as const satisfies Record<string, StatusLook>

export type ShownStatus = keyof typeof STATUS_LOOKS

export function StatusChip({ status }: { status: string }) {
  const look: StatusLook = STATUS_LOOKS[status as ShownStatus] ?? {
    title: status,
    tone: 'rest',
    icon: Clock,
    meaning: '',
  }
  return <Chip tone={look.tone} icon={look.icon} text={look.title} title={look.meaning} />
}

/** A word with an icon in a colour that says how it stands. */
export function Chip({
  tone = 'rest',
  icon: Icon,
  text,
  title,
}: {
  tone?: Tone
  icon?: LucideIcon
  text: string
  title?: string
}) {
  return (
    <span className={styles.chip} data-tone={tone} title={title}>
      {Icon && <Icon size={14} strokeWidth={2.2} aria-hidden="true" />}
      {text}
    </span>
  )
}

/** What an active credential is just doing, from its token's own times. */
export function shownStatus(
  {
    status,
    token,
  }: { status: string; token: { expires_at: string | null; refresh_due_at: string | null } | null },
  now: number,
): string {
  if (status !== 'active' || token === null) return status
  const due = token.refresh_due_at ?? token.expires_at
  return due !== null && Date.parse(due) <= now ? 'expiring' : 'active'
}
