import { Menu, MenuItem, MenuLine } from '../../../ui/menu.tsx'
import type { Step } from './json-path.ts'
import styles from './workbench.module.css'

/** What a node of an answer can be taken for. */
export interface Target {
  id: string
  title: string
}

const SHOWN_LENGTH = 64
const LEAVES_AT_MOST = 300

const shown = (value: unknown): string => {
  const text = JSON.stringify(value) ?? 'undefined'
  return text.length > SHOWN_LENGTH ? `${text.slice(0, SHOWN_LENGTH)}…` : text
}

/** An answer as a tree; each value opens a list of what it can be taken for. */
export function JsonTree({
  value,
  targets,
  onPick,
}: {
  value: unknown
  targets: readonly Target[]
  onPick: (steps: readonly Step[], target: string) => void
}) {
  const budget = { left: LEAVES_AT_MOST }
  return (
    <div className={styles.tree}>
      <Node value={value} steps={[]} targets={targets} onPick={onPick} budget={budget} />
    </div>
  )
}

interface NodeProps {
  value: unknown
  steps: readonly Step[]
  targets: readonly Target[]
  onPick: (steps: readonly Step[], target: string) => void
  budget: { left: number }
}

function Node({ value, steps, targets, onPick, budget }: NodeProps) {
  if (typeof value === 'object' && value !== null) {
    const entries: ReadonlyArray<readonly [Step, unknown]> = Array.isArray(value)
      ? value.map((one, index) => [index, one] as const)
      : Object.entries(value)
    if (entries.length === 0)
      return <code className={styles.emptyNode}>{Array.isArray(value) ? '[]' : '{}'}</code>
    return (
      <ul>
        {entries.map(([step, one]) => {
          if (budget.left <= 0) return null
          budget.left -= 1
          return (
            <li key={String(step)}>
              <code className={styles.nodeName}>{String(step)}</code>
              <Node value={one} steps={[...steps, step]} targets={targets} onPick={onPick} budget={budget} />
            </li>
          )
        })}
      </ul>
    )
  }
  const name = steps.map(String).join(' › ')
  return (
    <Menu
      align="start"
      trigger={
        <button
          type="button"
          className={styles.leaf}
          aria-label={`${name || 'value'}: ${shown(value)}. Use it as…`}
        >
          <code>{shown(value)}</code>
        </button>
      }
    >
      {targets.map(({ id, title }) =>
        id === '' ? (
          <MenuLine key={title} />
        ) : (
          <MenuItem key={id} onClick={() => onPick(steps, id)}>
            {title}
          </MenuItem>
        ),
      )}
    </Menu>
  )
}
