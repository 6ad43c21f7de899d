import { explainError } from '../../api/problem.ts'
import { Cluster } from '../../ui/cluster.tsx'
import { Notice } from '../../ui/notice.tsx'
import { PhaseChip } from './chips.tsx'
import type { Phase, PhaseReport } from './wire.ts'

/** How the last phase went that was driven from this page. */
export interface Driven {
  phase: Phase
  reports: readonly PhaseReport[]
  error: Error | null
}

export function PhaseReports({ driven: { phase, reports, error } }: { driven: Driven }) {
  if (error !== null) {
    const { title, hint } = explainError(error)
    return (
      <Notice tone="bad" title={`${phase} did not go through. ${title}`}>
        {hint}
      </Notice>
    )
  }
  const hasFailed = reports.some(({ outcome }) => outcome === 'failed')
  return (
    <Notice tone={hasFailed ? 'warn' : 'good'} title={`What was called for ${phase}`}>
      <ul>
        {reports.map((report) => (
          <li key={report.phase}>
            <Cluster>
              <code>{report.phase}</code>
              <PhaseChip outcome={report.outcome} />
              {report.detail}
            </Cluster>
          </li>
        ))}
      </ul>
    </Notice>
  )
}
