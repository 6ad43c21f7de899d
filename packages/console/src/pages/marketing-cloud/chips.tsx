import {
  CircleCheck,
  CircleDashed,
  CircleStop,
  CircleX,
  LoaderCircle,
  LogOut,
  type LucideIcon,
  PauseCircle,
  TriangleAlert,
} from 'lucide-react'
import { Chip, type Tone } from '../../ui/status-chip.tsx'
import type { Activity, ContactResult, PhaseReport, Run } from './wire.ts'

interface Look {
  tone: Tone
  icon: LucideIcon
  text: string
  title?: string
}

const ACTIVITY: Record<Activity['status'], Look> = {
  draft: { tone: 'rest', icon: CircleDashed, text: 'Draft', title: 'No journey may send contacts yet.' },
  published: { tone: 'good', icon: CircleCheck, text: 'Published' },
  stopped: { tone: 'warn', icon: CircleStop, text: 'Stopped' },
}

const RUN: Record<Run['status'], Look> = {
  running: { tone: 'info', icon: LoaderCircle, text: 'Running' },
  interrupted: {
    tone: 'warn',
    icon: PauseCircle,
    text: 'Interrupted',
    title: 'It goes on where it stopped when the same contacts come again.',
  },
  finished: { tone: 'good', icon: CircleCheck, text: 'Finished' },
}

const CONTACT: Record<ContactResult['status'], Look> = {
  sent: { tone: 'good', icon: CircleCheck, text: 'Sent' },
  ejected: { tone: 'warn', icon: LogOut, text: 'Ejected', title: 'The contact leaves the journey.' },
  failed: { tone: 'bad', icon: CircleX, text: 'Failed', title: 'No answer could be had.' },
  invalid: { tone: 'bad', icon: TriangleAlert, text: 'Invalid', title: 'The line is no contact.' },
}

const PHASE: Record<PhaseReport['outcome'], Look> = {
  ok: { tone: 'good', icon: CircleCheck, text: 'Answered 200' },
  failed: { tone: 'bad', icon: CircleX, text: 'Failed' },
  not_configured: { tone: 'rest', icon: CircleDashed, text: 'Not configured' },
}

export const ActivityChip = ({ status }: Pick<Activity, 'status'>) => <Chip {...ACTIVITY[status]} />
export const RunChip = ({ status }: Pick<Run, 'status'>) => <Chip {...RUN[status]} />
export const ContactChip = ({ status }: Pick<ContactResult, 'status'>) => <Chip {...CONTACT[status]} />
export const PhaseChip = ({ outcome }: Pick<PhaseReport, 'outcome'>) => <Chip {...PHASE[outcome]} />
