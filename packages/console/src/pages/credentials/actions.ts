import { useState } from 'react'
import { call } from '../../api/call.ts'
import { invalidate } from '../../api/query.ts'
import { toast } from '../../ui/toast.tsx'
import type { Exchange } from './credential.ts'

type Doing = 'refresh' | 'pause' | 'resume'

/** Everything about credentials is read anew. */
export const credentialsChanged = () =>
  invalidate(
    '/v1/credentials',
    '/v1/credentials/{name}',
    '/v1/credentials/{name}/exchanges',
    '/v1/overview',
    '/v1/facets',
  )

/** What can be done with one credential at once, each with a word about how it went. */
export function useActions(name: string) {
  const [busy, setBusy] = useState<Doing | null>(null)
  const run = (doing: Doing, work: () => Promise<void>) => async () => {
    setBusy(doing)
    try {
      await work()
    } catch (error) {
      toast.failed(error)
    } finally {
      setBusy(null)
      void credentialsChanged()
    }
  }
  const params = { name }
  return {
    busy,
    refresh: run('refresh', async () => {
      const exchange = await call('POST', '/v1/credentials/{name}/exchange', { params })
      if (exchange.kind === 'token') toast.done('A fresh token came.')
      else toast.failed(new Error(failureOf(exchange)), 'No token came.')
    }),
    pause: run('pause', async () => {
      await call('POST', '/v1/credentials/{name}/pause', { params })
      toast.done(`${name} is paused.`)
    }),
    resume: run('resume', async () => {
      await call('POST', '/v1/credentials/{name}/resume', { params })
      toast.done(`${name} goes on.`)
    }),
  }
}

/** Why an exchange brought no token, in one sentence. */
export function failureOf(exchange: Exchange): string {
  const error = exchange.error as { code?: string; detail?: string | null } | undefined
  return error?.detail || error?.code || `It ended as “${exchange.kind}”.`
}
