import { useQuery } from '@tanstack/react-query'
import { sessionQuery } from '../api/session.ts'

/** Whether somebody with these scopes may do what needs this one; `admin` may do everything. */
export const mayDo = (scopes: readonly string[], scope: string | undefined): boolean =>
  scope === undefined || scopes.includes('admin') || scopes.includes(scope)

const useScopes = (): readonly string[] => useQuery(sessionQuery).data?.scopes ?? []

/** Whether who is signed in may. Bursar decides in the end; this hides what it would refuse. */
export const useMay = (scope: string | undefined): boolean => mayDo(useScopes(), scope)

/** Whether who is signed in may send contacts to activities: to all, or to some by the credential they go with. */
export function useMaySend(): boolean {
  const scopes = useScopes()
  return mayDo(scopes, 'credentials:write') || scopes.some((scope) => scope.startsWith('proxy:'))
}
