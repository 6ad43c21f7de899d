import { CircleCheck, CircleDashed, CircleX, Hourglass, type LucideIcon, Send, UserRound } from 'lucide-react'
import { Chip, type Tone } from '../../ui/status-chip.tsx'
import type { Build, Library, SecretStatus } from './wire.ts'

interface Look {
  tone: Tone
  icon: LucideIcon
  text: string
  title?: string
}

const SECRET: Record<SecretStatus, Look> = {
  pending: { tone: 'info', icon: Hourglass, text: 'Pending', title: 'Its exchange has not ended.' },
  manual_authorization: {
    tone: 'warn',
    icon: UserRound,
    text: 'Needs sign-in',
    title: 'A person has to sign in and agree.',
  },
  succeeded: { tone: 'good', icon: CircleCheck, text: 'Succeeded', title: 'It brought an artifact.' },
  failed: { tone: 'bad', icon: CircleX, text: 'Failed', title: 'It is not repeated until somebody says so.' },
}

const LIBRARY: Record<Library['state'], Look> = {
  development: { tone: 'rest', icon: CircleDashed, text: 'Development' },
  submitted: { tone: 'info', icon: Send, text: 'Submitted' },
  approved: { tone: 'info', icon: CircleCheck, text: 'Approved' },
  published: { tone: 'good', icon: CircleCheck, text: 'Published' },
  rejected: { tone: 'warn', icon: CircleX, text: 'Rejected' },
}

const BUILD: Record<Build['status'], Look> = {
  pending: { tone: 'info', icon: Hourglass, text: 'Pending' },
  succeeded: { tone: 'good', icon: CircleCheck, text: 'Succeeded' },
  failed: { tone: 'bad', icon: CircleX, text: 'Failed' },
}

export const SecretChip = ({ status }: Pick<Library & { status: SecretStatus }, 'status'>) => (
  <Chip {...SECRET[status]} />
)
export const LibraryChip = ({ state }: Pick<Library, 'state'>) => <Chip {...LIBRARY[state]} />
export const BuildChip = ({ status }: Pick<Build, 'status'>) => <Chip {...BUILD[status]} />
