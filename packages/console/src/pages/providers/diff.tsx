import { diffLines, orderedJson } from './line-diff.ts'
import styles from './providers.module.css'

const MARKS = { same: ' ', removed: '−', added: '+' } as const
const WORDS = { same: '', removed: 'removed: ', added: 'added: ' } as const

/** What differs between two values, line by line; a sign beside the colour says which way. */
export function Diff({ before, after, label }: { before: unknown; after: unknown; label: string }) {
  const lines = diffLines(orderedJson(before), orderedJson(after))
  const changed = lines.filter(({ kind }) => kind !== 'same').length
  if (changed === 0) return <p className={styles.quiet}>Nothing differs.</p>
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keyboard
    <section className={styles.diff} aria-label={label} tabIndex={0}>
      {lines.map(({ kind, text }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines have no other identity than their place
        <div key={index} data-kind={kind}>
          <span aria-hidden="true">{MARKS[kind]}</span>
          <code>
            <span className="visually-hidden">{WORDS[kind]}</span>
            {text}
          </code>
        </div>
      ))}
    </section>
  )
}
