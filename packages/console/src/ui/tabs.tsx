import { Tabs as Base } from '@base-ui/react/tabs'
import type { ReactNode } from 'react'
import styles from './tabs.module.css'

export interface TabPanel {
  id: string
  title: ReactNode
  content: ReactNode
}

/** Sheets behind each other. Which one is in front the page keeps, in the URL where it has a place. */
export function Tabs({
  label,
  value,
  onChange,
  panels,
}: {
  label: string
  value: string
  onChange: (id: string) => void
  panels: readonly TabPanel[]
}) {
  return (
    <Base.Root value={value} onValueChange={onChange} className={styles.root}>
      <Base.List className={styles.list} aria-label={label} activateOnFocus>
        {panels.map(({ id, title }) => (
          <Base.Tab key={id} value={id} className={styles.tab}>
            {title}
          </Base.Tab>
        ))}
      </Base.List>
      {panels.map(({ id, content }) => (
        <Base.Panel key={id} value={id} className={styles.panel}>
          {content}
        </Base.Panel>
      ))}
    </Base.Root>
  )
}
