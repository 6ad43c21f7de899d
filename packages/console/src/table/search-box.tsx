import { Search, X } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import fieldStyles from '../form/field.module.css'
import { IconButton } from '../ui/button.tsx'
import { classNames } from '../ui/class-names.ts'
import styles from './filters.module.css'

const QUIET_MS = 180

/** Searches while it is typed, once the typing rests. `/` brings the cursor here. */
export function SearchBox({
  label,
  value,
  onChange,
}: {
  label: string
  value: string
  onChange: (text: string) => void
}) {
  const [typed, setTyped] = useState(value)
  const input = useRef<HTMLInputElement>(null)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const told = useRef(value)
  useEffect(() => {
    if (value === told.current) return
    told.current = value
    setTyped(value)
  }, [value])
  useEffect(() => {
    const focus = (event: KeyboardEvent) => {
      const isTyping = event.target instanceof HTMLElement && event.target.matches('input, textarea, select')
      if (event.key !== '/' || isTyping || event.ctrlKey || event.metaKey) return
      event.preventDefault()
      input.current?.focus()
    }
    window.addEventListener('keydown', focus)
    return () => {
      window.removeEventListener('keydown', focus)
      clearTimeout(timer.current)
    }
  }, [])
  const tell = (text: string, afterMs = QUIET_MS) => {
    setTyped(text)
    clearTimeout(timer.current)
    timer.current = setTimeout(() => {
      told.current = text
      onChange(text)
    }, afterMs)
  }
  return (
    <div className={styles.search}>
      <Search size={16} aria-hidden="true" />
      <input
        ref={input}
        type="search"
        aria-label={label}
        placeholder={label}
        className={classNames(fieldStyles.input, styles.searchInput)}
        value={typed}
        autoComplete="off"
        spellCheck={false}
        onChange={({ target }) => tell(target.value)}
        onKeyDown={(event) => event.key === 'Escape' && typed !== '' && tell('', 0)}
      />
      {typed !== '' && (
        <IconButton name="Clear the search" small onClick={() => tell('', 0)}>
          <X size={15} aria-hidden="true" />
        </IconButton>
      )}
    </div>
  )
}

/** A filter with a handful of values. */
export function FilterSelect({
  label,
  value,
  options,
  onChange,
}: {
  label: string
  value: string
  options: ReadonlyArray<{ value: string; title: string }>
  onChange: (value: string) => void
}) {
  return (
    <select
      aria-label={label}
      className={classNames(fieldStyles.input, styles.select)}
      data-set={value !== '' || undefined}
      value={value}
      onChange={({ target }) => onChange(target.value)}
    >
      <option value="">{label}: all</option>
      {options.map((option) => (
        <option key={option.value} value={option.value}>
          {option.title}
        </option>
      ))}
    </select>
  )
}
