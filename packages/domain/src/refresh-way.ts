import type { Grant } from './grants/grant.ts'
import type { RequestTemplate } from './request-template.ts'

interface RefreshingRecipe {
  token_request?: unknown
  refresh_request?: unknown
  refresh_url?: unknown
}

/** How a refresh token is spent: by a request that the recipe writes down, as RFC 6749 §6 says, or never. */
export type RefreshWay =
  | { kind: 'template'; template: RequestTemplate; path: '/token_request' | '/refresh_request' }
  | { kind: 'standard' }
  | { kind: 'none' }

export function refreshWay(recipe: RefreshingRecipe, grant: Pick<Grant, 'renewal'>): RefreshWay {
  const { token_request: issue, refresh_request: refresh, refresh_url: url } = recipe
  if (grant.renewal === 'never' || refresh === 'none') return { kind: 'none' }
  if (refresh === 'standard') return { kind: 'standard' }
  if (refresh !== undefined) {
    return { kind: 'template', template: refresh as RequestTemplate, path: '/refresh_request' }
  }
  if (issue !== undefined)
    return { kind: 'template', template: issue as RequestTemplate, path: '/token_request' }
  return grant.renewal !== 'again' || url !== undefined ? { kind: 'standard' } : { kind: 'none' }
}

/** True when a token can be had without the refresh token and without a person: by what the grant began with. */
export const startsAnew = ({ renewal }: Pick<Grant, 'renewal'>): boolean =>
  renewal === 'again' || renewal === 'refresh_or_again'

/** True when the grant makes at least one of the requests itself. */
export const sendsStandardRequest = (recipe: RefreshingRecipe, grant: Pick<Grant, 'renewal'>): boolean =>
  recipe.token_request === undefined || refreshWay(recipe, grant).kind === 'standard'
