import { Dialog } from '@base-ui/react/dialog'
import { useQuery } from '@tanstack/react-query'
import { LogOut, Menu as MenuIcon, Monitor, Moon, Search, Sun, WifiOff, X } from 'lucide-react'
import { type ReactNode, useEffect, useState } from 'react'
import { Link, useLocation } from 'wouter'
import { useConnectionLost } from '../api/connection.ts'
import { sessionQuery, signOut } from '../api/session.ts'
import { IconButton } from '../ui/button.tsx'
import { classNames } from '../ui/class-names.ts'
import { Menu, MenuChoice, MenuItem, MenuLine } from '../ui/menu.tsx'
import { toast } from '../ui/toast.tsx'
import { Mark } from './mark.tsx'
import { mayDo } from './permission.ts'
import { PAGES, SECTIONS } from './routes.tsx'
import styles from './shell.module.css'
import { setTheme, useTheme } from './theme.ts'

/** Navigation at the side, the page beside it; on narrow screens the navigation is behind a button. */
export function Shell({ children, onSearch }: { children: ReactNode; onSearch: () => void }) {
  const [isOpen, setOpen] = useState(false)
  const [path] = useLocation()
  // biome-ignore lint/correctness/useExhaustiveDependencies: another page closes the drawer
  useEffect(() => setOpen(false), [path])
  return (
    <div className={styles.shell}>
      <a href="#main" className={styles.skip}>
        Skip to the page
      </a>
      <header className={styles.top}>
        <IconButton name="Navigation" onClick={() => setOpen(true)}>
          <MenuIcon size={20} aria-hidden="true" />
        </IconButton>
        <Link href="/" className={styles.brand}>
          <Mark /> Bursar
        </Link>
        <IconButton name="Search and do" onClick={onSearch}>
          <Search size={19} aria-hidden="true" />
        </IconButton>
      </header>
      <aside className={styles.side}>
        <Navigation onSearch={onSearch} />
      </aside>
      <Dialog.Root open={isOpen} onOpenChange={setOpen}>
        <Dialog.Portal>
          <Dialog.Backdrop data-veil="" className={styles.shade} />
          <Dialog.Popup className={classNames(styles.side, styles.drawer)} aria-label="Navigation">
            <Dialog.Close
              render={
                <IconButton name="Close the navigation" className={styles.closeDrawer}>
                  <X size={18} aria-hidden="true" />
                </IconButton>
              }
            />
            <Navigation
              onSearch={() => {
                setOpen(false)
                onSearch()
              }}
            />
          </Dialog.Popup>
        </Dialog.Portal>
      </Dialog.Root>
      <main id="main" tabIndex={-1} className={styles.main}>
        <ConnectionNotice />
        {children}
      </main>
    </div>
  )
}

function Navigation({ onSearch }: { onSearch: () => void }) {
  const [path] = useLocation()
  const { data: session } = useQuery(sessionQuery)
  const pages = PAGES.filter(({ nav, scope }) => nav && mayDo(session?.scopes ?? [], scope))
  const isHere = (page: string) =>
    page === '/' ? path === '/' : path === page || path.startsWith(`${page}/`)
  return (
    <>
      <Link href="/" className={styles.brand}>
        <Mark /> Bursar
      </Link>
      <button type="button" className={styles.find} onClick={onSearch}>
        <Search size={16} aria-hidden="true" />
        Search and do
        <kbd>{isApple ? '⌘' : 'Ctrl'} K</kbd>
      </button>
      <nav className={styles.nav} aria-label="Pages">
        {SECTIONS.map((section) => {
          const inSection = pages.filter(({ nav }) => nav?.section === section)
          return (
            inSection.length > 0 && (
              <div key={section}>
                {section !== '' && <p className={styles.section}>{section}</p>}
                <ul>
                  {inSection.map(({ path: to, title, nav }) => {
                    const Icon = nav!.icon
                    return (
                      <li key={to}>
                        <Link
                          href={to}
                          className={styles.link}
                          aria-current={isHere(to) ? 'page' : undefined}
                        >
                          <Icon size={17} aria-hidden="true" />
                          {title}
                        </Link>
                      </li>
                    )
                  })}
                </ul>
              </div>
            )
          )
        })}
      </nav>
      <UserMenu />
    </>
  )
}

const isApple = /Mac|iPhone|iPad/.test(navigator.platform)

function UserMenu() {
  const { data: session } = useQuery(sessionQuery)
  const theme = useTheme()
  const name = session?.caller.name ?? ''
  return (
    <Menu
      align="start"
      trigger={
        <button type="button" className={styles.user}>
          <span className={styles.initial} aria-hidden="true">
            {name.charAt(0).toUpperCase() || '?'}
          </span>
          <span className={styles.userName}>{name}</span>
        </button>
      }
    >
      <MenuChoice
        label="Theme"
        value={theme}
        onChange={setTheme}
        choices={[
          { value: 'system', title: 'System', icon: <Monitor size={16} aria-hidden="true" /> },
          { value: 'light', title: 'Light', icon: <Sun size={16} aria-hidden="true" /> },
          { value: 'dark', title: 'Dark', icon: <Moon size={16} aria-hidden="true" /> },
        ]}
      />
      <MenuLine />
      <MenuItem
        icon={<LogOut size={16} aria-hidden="true" />}
        onClick={() => void signOut().catch((error) => toast.failed(error))}
      >
        Sign out
      </MenuItem>
    </Menu>
  )
}

function ConnectionNotice() {
  const isLost = useConnectionLost()
  return (
    <div role="status">
      {isLost && (
        <p className={styles.lost}>
          <WifiOff size={16} aria-hidden="true" />
          No connection to Bursar. What you typed is kept; the page asks again by itself.
        </p>
      )}
    </div>
  )
}
