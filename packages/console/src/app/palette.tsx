import { Dialog } from '@base-ui/react/dialog'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { ArrowRight, KeyRound, Plus, Search } from 'lucide-react'
import { type KeyboardEvent, type ReactNode, useDeferredValue, useId, useState } from 'react'
import { useLocation } from 'wouter'
import { read } from '../api/query.ts'
import { sessionQuery } from '../api/session.ts'
import { StatusChip } from '../ui/status-chip.tsx'
import styles from './palette.module.css'
import { mayDo } from './permission.ts'
import { ACTIONS, PAGES } from './routes.tsx'

interface Entry {
  id: string
  title: string
  icon: ReactNode
  note?: ReactNode
  path: string
}

/** Every page, every action and every credential, by typing a few letters. Ctrl K or ⌘ K opens it. */
export function Palette({ open, onClose }: { open: boolean; onClose: () => void }) {
  return (
    <Dialog.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop data-veil="" className={styles.backdrop} />
        <Dialog.Popup className={styles.popup} aria-label="Search and do">
          <PaletteList onClose={onClose} />
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

function PaletteList({ onClose }: { onClose: () => void }) {
  const id = useId()
  const [, navigate] = useLocation()
  const [typed, setTyped] = useState('')
  const [picked, setPicked] = useState(0)
  const entries = useEntries(useDeferredValue(typed.trim()))
  const at = Math.min(picked, entries.length - 1)
  const go = (entry: Entry | undefined) => {
    if (entry === undefined) return
    onClose()
    navigate(entry.path)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step !== undefined) {
      event.preventDefault()
      const next = (at + step + entries.length) % Math.max(entries.length, 1)
      setPicked(next)
      document.getElementById(`${id}-${next}`)?.scrollIntoView({ block: 'nearest' })
    }
    if (event.key === 'Enter') {
      event.preventDefault()
      go(entries[at])
    }
  }
  return (
    <>
      <div className={styles.search}>
        <Search size={18} aria-hidden="true" />
        <input
          className={styles.input}
          role="combobox"
          aria-label="Search and do"
          aria-expanded="true"
          aria-controls={`${id}-list`}
          aria-activedescendant={entries.length > 0 ? `${id}-${at}` : undefined}
          placeholder="A credential, a page, something to do"
          value={typed}
          autoComplete="off"
          spellCheck={false}
          onChange={({ target }) => {
            setTyped(target.value)
            setPicked(0)
          }}
          onKeyDown={onKeyDown}
        />
      </div>
      <div role="listbox" id={`${id}-list`} aria-label="Results" className={styles.list} tabIndex={-1}>
        {entries.map((entry, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the keys go to the input, which names the option
          <div
            key={entry.id}
            id={`${id}-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === at}
            className={styles.entry}
            onPointerMove={() => setPicked(index)}
            onClick={() => go(entry)}
          >
            {entry.icon}
            <span className={styles.title}>{entry.title}</span>
            {entry.note}
          </div>
        ))}
      </div>
      {entries.length === 0 && <p className={styles.none}>Nothing is called that.</p>}
    </>
  )
}

function useEntries(text: string): Entry[] {
  const { data: session } = useQuery(sessionQuery)
  const scopes = session?.scopes ?? []
  const { data: found } = useQuery({
    ...read('/v1/credentials', { query: { q: text, limit: 8 } }),
    enabled: text !== '' && mayDo(scopes, 'credentials:read'),
    placeholderData: keepPreviousData,
  })
  const wanted = text.toLowerCase().split(/\s+/)
  const fits = (...words: ReadonlyArray<string | undefined>) => {
    const all = words.join(' ').toLowerCase()
    return wanted.every((word) => all.includes(word))
  }
  const actions = ACTIONS.filter(({ title, words, scope }) => fits(title, words) && mayDo(scopes, scope)).map(
    ({ title, path }): Entry => ({ id: path, title, path, icon: <Plus size={17} aria-hidden="true" /> }),
  )
  const pages = PAGES.filter(
    ({ nav, title, words, scope }) => nav && fits(title, words) && mayDo(scopes, scope),
  ).map(({ title, path, nav }): Entry => {
    const Icon = nav?.icon ?? ArrowRight
    return { id: `page ${path}`, title, path, icon: <Icon size={17} aria-hidden="true" /> }
  })
  const credentials = (text === '' ? [] : (found?.items ?? [])).map(
    ({ id, name, status }): Entry => ({
      id,
      title: name,
      path: `/credentials/${encodeURIComponent(name)}`,
      icon: <KeyRound size={17} aria-hidden="true" />,
      note: <StatusChip status={status} />,
    }),
  )
  return [...credentials, ...actions, ...pages]
}
