import { useCallback, useMemo } from 'react'
import { useLocation, useSearch } from 'wouter'

/** What a list is narrowed to stands in the address, so that it can be sent to somebody and survives a reload. */
export interface UrlFilters {
  get(name: string): string
  /** All at once; empty values leave the address. Typing replaces the entry of the history, choosing adds none. */
  set(values: Readonly<Record<string, string | null | undefined>>): void
  clear(...except: readonly string[]): void
  isFiltered(...names: readonly string[]): boolean
}

export function useUrlFilters(): UrlFilters {
  const search = useSearch()
  const [path, navigate] = useLocation()
  const values = useMemo(() => new URLSearchParams(search), [search])
  const put = useCallback(
    (next: URLSearchParams) => {
      const text = next.toString()
      navigate(text === '' ? path : `${path}?${text}`, { replace: true })
    },
    [navigate, path],
  )
  return useMemo(
    () => ({
      get: (name) => values.get(name) ?? '',
      set(changes) {
        // As the address is now: a search that rests a moment may come after another filter was set.
        const next = new URLSearchParams(window.location.search)
        for (const [name, value] of Object.entries(changes)) {
          if (value) next.set(name, value)
          else next.delete(name)
        }
        put(next)
      },
      clear(...except) {
        put(
          new URLSearchParams(
            [...new URLSearchParams(window.location.search)].filter(([name]) => except.includes(name)),
          ),
        )
      },
      isFiltered: (...names) => names.some((name) => (values.get(name) ?? '') !== ''),
    }),
    [values, put],
  )
}
