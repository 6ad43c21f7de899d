import {
  Boxes,
  KeyRound,
  KeySquare,
  LayoutDashboard,
  type LucideIcon,
  ScrollText,
  Waypoints,
} from 'lucide-react'
import { type ComponentType, type LazyExoticComponent, lazy } from 'react'

/** One page of the console: a folder below `pages/` and an entry here. */
export interface PageRoute {
  /** Below `/console`, with `:parameters` as wouter writes them. */
  path: string
  title: string
  page: LazyExoticComponent<ComponentType>
  /** Where it stands in the navigation; pages below another one have no place there. */
  nav?: { icon: LucideIcon; section: Section }
  /** Who may see it; anybody who is signed in when absent. */
  scope?: string
  /** Further words that the palette finds it by. */
  words?: string
}

/** Parts of the navigation, in order; the first has no heading. */
export const SECTIONS = ['', 'Doors', 'System'] as const
export type Section = (typeof SECTIONS)[number]

export const PAGES: readonly PageRoute[] = [
  {
    path: '/',
    title: 'Overview',
    page: lazy(() => import('../pages/overview/overview.tsx')),
    nav: { icon: LayoutDashboard, section: '' },
    words: 'health status home',
  },
  {
    path: '/credentials',
    title: 'Credentials',
    page: lazy(() => import('../pages/credentials/credential-list.tsx')),
    nav: { icon: KeyRound, section: '' },
    scope: 'credentials:read',
  },
  {
    path: '/credentials/new',
    title: 'Add credentials',
    page: lazy(() => import('../pages/credentials/add-credential.tsx')),
  },
  {
    path: '/credentials/:name/edit',
    title: 'Edit a credential',
    page: lazy(() => import('../pages/credentials/edit-credential.tsx')),
  },
  {
    path: '/credentials/:name',
    title: 'Credential',
    page: lazy(() => import('../pages/credentials/credential-detail.tsx')),
  },
  {
    path: '/providers',
    title: 'Providers',
    page: lazy(() => import('../pages/providers/provider-list.tsx')),
    nav: { icon: Boxes, section: '' },
    scope: 'credentials:read',
    words: 'recipes presets templates',
  },
  {
    path: '/providers/new',
    title: 'Create a provider',
    page: lazy(() => import('../pages/providers/provider-new.tsx')),
    scope: 'credentials:write',
  },
  {
    path: '/providers/:name',
    title: 'Provider',
    page: lazy(() => import('../pages/providers/provider-detail.tsx')),
    scope: 'credentials:read',
  },
  {
    path: '/providers/:name/edit',
    title: 'Edit a provider',
    page: lazy(() => import('../pages/providers/provider-edit.tsx')),
    scope: 'credentials:write',
  },
  {
    path: '/callers',
    title: 'Callers',
    page: lazy(() => import('../pages/callers/caller-list.tsx')),
    nav: { icon: KeySquare, section: 'System' },
    scope: 'admin',
    words: 'api keys scopes rights',
  },
  {
    path: '/callers/new',
    title: 'Create a caller',
    page: lazy(() => import('../pages/callers/caller-new.tsx')),
    scope: 'admin',
  },
  {
    path: '/callers/:id',
    title: 'Caller',
    page: lazy(() => import('../pages/callers/caller-detail.tsx')),
    scope: 'admin',
  },
  {
    path: '/audit',
    title: 'Audit',
    page: lazy(() => import('../pages/audit/audit.tsx')),
    nav: { icon: ScrollText, section: 'System' },
    scope: 'audit:read',
    words: 'trail log history who did what',
  },
  {
    path: '/explain',
    title: 'Explain',
    page: lazy(() => import('../pages/explain/explain.tsx')),
    nav: { icon: Waypoints, section: '' },
    scope: 'credentials:read',
    words: 'destination rule url tester why',
  },
]

/** Things to do from anywhere. */
export const ACTIONS: ReadonlyArray<{ title: string; path: string; scope?: string; words?: string }> = [
  {
    title: 'Add a credential',
    path: '/credentials/new',
    scope: 'credentials:write',
    words: 'create new oauth2',
  },
  {
    title: 'Create a provider',
    path: '/providers/new',
    scope: 'credentials:write',
    words: 'recipe preset workbench template',
  },
  { title: 'Create a caller', path: '/callers/new', scope: 'admin', words: 'api key new' },
]
