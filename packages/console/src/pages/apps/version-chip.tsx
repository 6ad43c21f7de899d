import { CircleCheck, CircleDashed, Hourglass } from 'lucide-react'
import { Chip } from '../../ui/status-chip.tsx'

const LOOKS = {
  next: { tone: 'info', icon: Hourglass, text: 'Next', title: 'Shown in the JWKS; does not sign yet.' },
  active: { tone: 'good', icon: CircleCheck, text: 'Signs', title: 'Signs new JWTs.' },
  retired: {
    tone: 'rest',
    icon: CircleDashed,
    text: 'Verifies',
    title: 'Signs nothing new; still verifies.',
  },
} as const

/** Where a version of a signing key stands in its schedule. */
export const VersionChip = ({ status }: { status: keyof typeof LOOKS }) => <Chip {...LOOKS[status]} />
