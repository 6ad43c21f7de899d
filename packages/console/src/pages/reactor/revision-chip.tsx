import { CircleCheck, CircleDashed, Pencil, Power } from 'lucide-react'
import { Chip } from '../../ui/status-chip.tsx'
import { newestRevision, type Resource, type Revisioned } from './wire.ts'

/** How the head stands to its newest revision, in a word. */
export function RevisionChip({ resource }: { resource: Resource<Revisioned> }) {
  const { enabled, dirty, published } = resource.attributes
  if (!enabled) return <Chip icon={Power} text="Disabled" title="Builds leave it out." />
  const newest = newestRevision(resource)
  if (newest === 0) return <Chip icon={CircleDashed} text="New" title="In no library yet." />
  if (dirty) {
    return <Chip tone="info" icon={Pencil} text="Changed" title={`Since revision ${newest}, which runs.`} />
  }
  return published ? (
    <Chip tone="good" icon={CircleCheck} text="Published" title={`Revision ${newest}`} />
  ) : (
    <Chip icon={CircleCheck} text={`Revision ${newest}`} title="Nothing has changed since." />
  )
}
