import { queryOptions } from '@tanstack/react-query'
import { call } from './call.ts'
import { sessionGate } from './connection.ts'
import { queryClient } from './query.ts'

/** Who is signed in; null when nobody is. */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: async ({ signal }) => {
    try {
      return await call('GET', '/v1/session', { signal, withoutSession: true })
    } catch (error) {
      if (isSignedOut(error)) return null
      throw error
    }
  },
  staleTime: 60_000,
})

export const signInOptionsQuery = queryOptions({
  queryKey: ['sign-in options'],
  queryFn: () => call('GET', '/v1/session/options', { withoutSession: true }),
  staleTime: 300_000,
})

const isSignedOut = (error: unknown): boolean =>
  error instanceof Error && 'status' in error && error.status === 401

/** Signs in and lets the calls go on that wait for a session. */
export async function signIn(proof: { key: string } | { link: string }): Promise<void> {
  const session = await call('POST', '/v1/session', { body: proof, withoutSession: true })
  queryClient.setQueryData(sessionQuery.queryKey, session)
  sessionGate.open()
}

/** Ends the session and forgets all that was read in it. */
export async function signOut(): Promise<void> {
  try {
    await call('DELETE', '/v1/session', { withoutSession: true })
  } catch (error) {
    if (!isSignedOut(error)) throw error
  }
  queryClient.clear()
  queryClient.setQueryData(sessionQuery.queryKey, null)
}
