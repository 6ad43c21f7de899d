import styles from './code-block.module.css'
import { CopyButton } from './copy-button.tsx'

/** Text to read or take along, in letters of one width. */
export function CodeBlock({
  text,
  label,
  copyable = true,
}: {
  text: string
  label: string
  copyable?: boolean
}) {
  return (
    <div className={styles.frame}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keyboard */}
      <section className={styles.code} tabIndex={0} aria-label={label}>
        <pre>
          <code>{text}</code>
        </pre>
      </section>
      {copyable && (
        <div className={styles.copy}>
          <CopyButton text={text} name={`Copy ${label}`} />
        </div>
      )}
    </div>
  )
}
