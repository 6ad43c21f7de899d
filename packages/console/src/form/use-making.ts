import { useState } from 'react'
import { useUrlFilters } from '../table/url-filters.ts'

/**
 * Whether the form for something new is open: by a button, or by a link from where such a thing is missing, which may
 * say its name (`?new=yes&name=orders`).
 */
export function useMaking(mayMake: boolean) {
  const filters = useUrlFilters()
  const [isOpen, setOpen] = useState(false)
  return {
    isMaking: mayMake && (isOpen || filters.get('new') !== ''),
    /** What the link calls it; empty where it does not. */
    name: filters.get('name'),
    open: () => setOpen(true),
    close() {
      setOpen(false)
      // The form may have led to another page already.
      if (new URLSearchParams(window.location.search).has('new')) filters.set({ new: null, name: null })
    },
  }
}

/** Where the form is that makes what is missing. */
export const pathToMake = (page: string, tab: string, name = ''): string =>
  `${page}?${new URLSearchParams({ tab, new: 'yes', ...(name !== '' && { name }) })}`
