import { useQuery } from '@tanstack/react-query'
import { read } from '../../api/query.ts'

/** One caller of the list; `undefined` while it is read and where there is none. */
export function useCaller(id: string, refetchInterval: number | false = false) {
  const { data, error, refetch } = useQuery({ ...read('/v1/callers'), refetchInterval, enabled: id !== '' })
  return {
    caller: data?.items.find((one) => one.id === id),
    isMissing: data !== undefined && !data.items.some((one) => one.id === id),
    error,
    refetch,
  }
}
