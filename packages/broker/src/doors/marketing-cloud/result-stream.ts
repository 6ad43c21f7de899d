import { BursarError } from '@bursar/domain/error.ts'
import type { ContactResult } from '@bursar/domain/marketing-cloud/outcome.ts'
import type { StartedRun } from '../../operations/marketing-cloud/runs.ts'

const BUFFERED_BYTES = 64 * 1024
export const NDJSON = 'application/x-ndjson'

const lineOf = (value: unknown): string => `${JSON.stringify(value)}\n`

/**
 * The results of a run as NDJSON: a line that names the run, one for each contact, one for the end. The run waits
 * while the caller does not read, and ends in order when the caller goes. Without `contacts` those lines are left
 * out: browsers read nothing over HTTP/1.1 before they have sent all, so that both sides would wait for each other.
 */
export function streamRun(
  run: StartedRun,
  onFault: (error: unknown) => void,
  { contacts }: { contacts: boolean },
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  const gone = new AbortController()
  let wake: (() => void) | null = null
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        const write = (text: string) => {
          if (!gone.signal.aborted) controller.enqueue(encoder.encode(text))
        }
        const sink = {
          write: (results: readonly ContactResult[]) => {
            if (contacts) write(results.map(lineOf).join(''))
          },
          ready() {
            if (gone.signal.aborted || (controller.desiredSize ?? 1) > 0) return undefined
            return new Promise<void>((resolve) => {
              wake = resolve
            })
          },
        }
        write(lineOf({ run: { id: run.id, status: 'running' } }))
        run
          .drive(sink, gone.signal)
          .then(
            ({ status, counts }) => write(lineOf({ run: { id: run.id, status, counts } })),
            (error) => {
              onFault(error)
              write(lineOf({ run: { id: run.id, status: 'interrupted' }, error: presentFault(error) }))
            },
          )
          .finally(() => {
            if (!gone.signal.aborted) controller.close()
          })
      },
      pull() {
        wake?.()
        wake = null
      },
      cancel() {
        gone.abort()
        wake?.()
        wake = null
      },
    },
    new ByteLengthQueuingStrategy({ highWaterMark: BUFFERED_BYTES }),
  )
}

function presentFault(error: unknown) {
  const known = error instanceof BursarError ? error : new BursarError('internal')
  const { code, detail, hint } = known
  return { code, detail, ...(hint !== undefined && { hint }) }
}

/** What is on record with one of these outcomes, batch by batch, as fast as it is read. */
export function streamResults(
  batches: AsyncIterable<readonly ContactResult[]>,
  statuses: readonly ContactResult['status'][],
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  const iterator = batches[Symbol.asyncIterator]()
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      for (;;) {
        const { value, done } = await iterator.next()
        if (done) return controller.close()
        const asked = value.filter(({ status }) => statuses.includes(status))
        if (asked.length > 0) return controller.enqueue(encoder.encode(asked.map(lineOf).join('')))
      }
    },
    async cancel() {
      await iterator.return?.()
    },
  })
}
