import {
  Atom,
  Boxes,
  Fingerprint,
  KeyRound,
  KeySquare,
  Layers,
  LayoutDashboard,
  type LucideIcon,
  Megaphone,
  ScrollText,
  Send,
  Settings,
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
    path: '/explain',
    title: 'Explain',
    page: lazy(() => import('../pages/explain/explain.tsx')),
    nav: { icon: Waypoints, section: '' },
    scope: 'credentials:read',
    words: 'destination rule url tester why',
  },
  {
    path: '/environments',
    title: 'Environments',
    page: lazy(() => import('../pages/environments/environments.tsx')),
    nav: { icon: Layers, section: '' },
    scope: 'credentials:read',
    words: 'production staging',
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
    path: '/destinations',
    title: 'Destinations',
    page: lazy(() => import('../pages/destinations/destination-list.tsx')),
    nav: { icon: Send, section: 'Doors' },
    scope: 'credentials:read',
    words: 'destination sdk configurations connect links accounts',
  },
  {
    path: '/destinations/:id',
    title: 'Destination',
    page: lazy(() => import('../pages/destinations/destination.tsx')),
    scope: 'credentials:read',
  },
  {
    path: '/marketing-cloud',
    title: 'Marketing Cloud',
    page: lazy(() => import('../pages/marketing-cloud/marketing-cloud.tsx')),
    nav: { icon: Megaphone, section: 'Doors' },
    scope: 'credentials:read',
    words: 'security contexts custom activities journey salt keys runs',
  },
  {
    path: '/marketing-cloud/activities/:key',
    title: 'Activity',
    page: lazy(() => import('../pages/marketing-cloud/activity.tsx')),
    scope: 'credentials:read',
  },
  {
    path: '/marketing-cloud/activities/:key/runs/:run',
    title: 'Run',
    page: lazy(() => import('../pages/marketing-cloud/run.tsx')),
    scope: 'credentials:read',
  },
  {
    path: '/marketing-cloud/contexts/:key',
    title: 'Security context',
    page: lazy(() => import('../pages/marketing-cloud/security-context.tsx')),
    scope: 'credentials:read',
  },
  {
    path: '/apps',
    title: 'Apps & keys',
    page: lazy(() => import('../pages/apps/apps-and-keys.tsx')),
    nav: { icon: Fingerprint, section: 'Doors' },
    scope: 'credentials:read',
    words: 'token pages jwt jwks signing keys client secret verify revoke',
  },
  {
    path: '/apps/pages/:name',
    title: 'Token page',
    page: lazy(() => import('../pages/apps/token-page.tsx')),
    scope: 'credentials:read',
  },
  {
    path: '/apps/keys/:name',
    title: 'Signing key',
    page: lazy(() => import('../pages/apps/signing-key.tsx')),
    scope: 'credentials:read',
  },
  {
    path: '/reactor',
    title: 'Reactor',
    page: lazy(() => import('../pages/reactor/property-list.tsx')),
    nav: { icon: Atom, section: 'Doors' },
    scope: 'credentials:read',
    words: 'properties secrets data elements rules environments libraries builds event forwarding edge adobe',
  },
  {
    path: '/reactor/properties/:id',
    title: 'Property',
    page: lazy(() => import('../pages/reactor/property.tsx')),
    scope: 'credentials:read',
  },
  {
    path: '/reactor/secrets/:id',
    title: 'Secret',
    page: lazy(() => import('../pages/reactor/secret.tsx')),
    scope: 'credentials:read',
  },
  {
    path: '/reactor/libraries/:id',
    title: 'Library',
    page: lazy(() => import('../pages/reactor/library.tsx')),
    scope: 'credentials:read',
  },
  {
    path: '/reactor/builds/:id',
    title: 'Build',
    page: lazy(() => import('../pages/reactor/build.tsx')),
    scope: 'credentials:read',
  },
  {
    path: '/reactor/data-elements/:id',
    title: 'Data element',
    page: lazy(() => import('../pages/reactor/data-element.tsx')),
    scope: 'credentials:read',
  },
  {
    path: '/reactor/rules/:id',
    title: 'Rule',
    page: lazy(() => import('../pages/reactor/rule.tsx')),
    scope: 'credentials:read',
  },
  {
    path: '/settings',
    title: 'Settings',
    page: lazy(() => import('../pages/settings/settings.tsx')),
    nav: { icon: Settings, section: 'System' },
    words: 'key ring rotation nodes cluster sessions single sign-on sso configuration',
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
]
