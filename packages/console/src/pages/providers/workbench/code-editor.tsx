import { useRef } from 'react'
import { classNames } from '../../../ui/class-names.ts'
import styles from './workbench.module.css'

export interface CodeFault {
  detail: string
  line?: number | undefined
  column?: number | undefined
  excerpt?: string | undefined
}

const LINES_AT_MOST = 22

/** Text in letters of one width with numbered lines; the line that is wrong is marked, and the reason stands below. */
export function CodeEditor({
  id,
  label,
  value,
  onChange,
  fault,
  lines = 2,
  placeholder,
}: {
  id: string
  label: string
  value: string
  onChange: (text: string) => void
  fault?: CodeFault | undefined
  lines?: number
  placeholder?: string | undefined
}) {
  const gutter = useRef<HTMLDivElement>(null)
  const area = useRef<HTMLTextAreaElement>(null)
  const count = value.split('\n').length
  const rows = Math.min(Math.max(count, lines), LINES_AT_MOST)
  const goTo = ({ line = 1, column = 1 }: CodeFault) => {
    const before = value.split('\n').slice(0, line - 1)
    const at = before.reduce((sum, text) => sum + text.length + 1, 0) + column - 1
    area.current?.focus()
    area.current?.setSelectionRange(at, at + 1)
  }
  return (
    <div>
      <div className={classNames(styles.editor, fault && styles.faulty)}>
        <div className={styles.gutterFrame} aria-hidden="true">
          <div ref={gutter} className={styles.gutter}>
            {Array.from({ length: Math.max(count, rows) }, (_, index) => (
              <div key={String(index)} data-fault={fault?.line === index + 1 || undefined}>
                {index + 1}
              </div>
            ))}
          </div>
        </div>
        <textarea
          ref={area}
          id={id}
          aria-label={label}
          aria-invalid={fault ? true : undefined}
          aria-describedby={fault ? `${id}-fault` : undefined}
          wrap="off"
          rows={rows}
          className={styles.text}
          value={value}
          placeholder={placeholder}
          spellCheck={false}
          autoComplete="off"
          autoCapitalize="off"
          onScroll={({ currentTarget }) => {
            if (gutter.current) gutter.current.style.transform = `translateY(${-currentTarget.scrollTop}px)`
          }}
          onChange={({ target }) => onChange(target.value)}
        />
      </div>
      {fault && (
        <div id={`${id}-fault`} className={styles.fault}>
          <p>
            {fault.line !== undefined && (
              <button type="button" className={styles.place} onClick={() => goTo(fault)}>
                Line {fault.line}, column {fault.column}
              </button>
            )}{' '}
            {fault.detail}
          </p>
          {fault.excerpt && <pre>{fault.excerpt}</pre>}
        </div>
      )}
    </div>
  )
}
