import { useState } from 'react'
import { toast } from './toast.tsx'

/** Something a button does: under way or not, its failure told in passing. */
export function useAction() {
  const [running, setRunning] = useState<string | null>(null)
  return {
    running,
    isBusy: running !== null,
    /** `name` tells apart what several buttons do. */
    async run(work: () => Promise<unknown>, { done, name = '' }: { done?: string; name?: string } = {}) {
      setRunning(name)
      try {
        await work()
        if (done !== undefined) toast.done(done)
      } catch (error) {
        toast.failed(error)
      } finally {
        setRunning(null)
      }
    },
  }
}
