import { useQuery } from '@tanstack/react-query'
import { sessionQuery } from '../api/session.ts'

/** Whether somebody with these scopes may do what needs this one; `admin` may do everything. */
export const mayDo = (scopes: readonly string[], scope: string | undefined): boolean =>
  scope === undefined || scopes.includes('admin') || scopes.includes(scope)

/** Whether who is signed in may. Bursar decides in the end; this hides what it would refuse. */
export function useMay(scope: string | undefined): boolean {
  const { data } = useQuery(sessionQuery)
  return mayDo(data?.scopes ?? [], scope)
}
