import { parseActivityConfig } from '@bursar/domain/marketing-cloud/activity-config.ts'
import { type ContactResult, noCounts } from '@bursar/domain/marketing-cloud/outcome.ts'
import { expect, test } from 'vitest'
import type { Executor } from '../../src/operations/marketing-cloud/execute-contact.ts'
import { LineSet } from '../../src/operations/marketing-cloud/line-set.ts'
import { Run } from '../../src/operations/marketing-cloud/run.ts'
import type { RunRecord } from '../../src/operations/marketing-cloud/run-record.ts'

const parsed = parseActivityConfig(
  { workflowApiVersion: '1.1', type: 'REST', arguments: { execute: { url: 'https://a.example.com/' } } },
  { insecureLoopback: false },
)
if (!('config' in parsed)) throw new Error('The configuration of this test is wrong.')
const { config } = parsed
const ids = { activityObjectID: 'o', journeyId: 'j', activityId: 'a' }

/** A run of so many contacts whose parts note what happens, in order. */
function startRun(count: number, ready: () => Promise<void> | undefined) {
  const events: string[] = []
  const told: ContactResult[] = []
  let taken = 0
  const executor = {
    activity: { key: 'k', config, ids },
    send: async (body: { keyValue: string }) => {
      events.push(`send ${body.keyValue}`)
      const answer = { status: 200, headers: {}, body: '', receivedAt: 0 }
      return { kind: 'answer', answer }
    },
  } as unknown as Executor
  const record = {
    id: 'run',
    async save({ intendedUpTo }: { intendedUpTo?: number }, results: readonly ContactResult[]) {
      // A write takes its time.
      await tick()
      if (intendedUpTo !== undefined) events.push(`intend ${intendedUpTo}`)
      for (const { contactKey } of results) events.push(`record ${contactKey}`)
    },
  } as unknown as RunRecord
  async function* input() {
    for (let line = 1; line <= count; line += 1) {
      taken += 1
      yield Buffer.from(`{"key":"${line}"}\n`)
    }
  }
  const sink = {
    ready,
    write(results: readonly ContactResult[]) {
      for (const { contactKey } of results) events.push(`tell ${contactKey}`)
      told.push(...results)
    },
  }
  const before = { intendedUpTo: 0, digest: '', settled: true, counts: noCounts() }
  const clock = { wait: async () => {} } as unknown as ConstructorParameters<typeof Run>[0]['clock']
  const end = new Run(
    { clock: { ...clock, now: () => 0 } },
    {
      record,
      executor,
      lookAgain: async () => executor,
      input: input(),
      before,
      settled: new LineSet(),
      sink,
      stop: new AbortController().signal,
    },
  ).finish()
  return { end, events, told, taken: () => taken }
}

const tick = () => new Promise<void>((resolve) => setImmediate(resolve))

test('a contact is on record before it is sent, and its result before it is told', async () => {
  const { end, events } = startRun(100, () => undefined)
  expect(await end).toMatchObject({ status: 'finished', counts: { sent: 100 } })
  for (let key = 1; key <= 100; key += 1) {
    const intended = events.findIndex((event) => Number(/^intend (\d+)$/.exec(event)?.[1] ?? 0) >= key)
    const [sent, recorded, told] = ['send', 'record', 'tell'].map((verb) => events.indexOf(`${verb} ${key}`))
    expect([intended, sent, recorded, told].every((at) => at! >= 0)).toBe(true)
    expect(intended).toBeLessThan(sent!)
    expect(sent).toBeLessThan(recorded!)
    expect(recorded).toBeLessThan(told!)
  }
})

test('nothing more is read while the results are not', async () => {
  let release = () => {}
  const full = new Promise<void>((resolve) => {
    release = resolve
  })
  let open = true
  const { end, told, taken } = startRun(200, () => (open ? undefined : full))
  while (told.length < 20) await tick()
  open = false
  const at = taken()
  for (let turn = 0; turn < 500; turn += 1) await tick()
  expect(taken()).toBeLessThanOrEqual(at + 1)
  expect(told.length).toBeLessThan(60)
  open = true
  release()
  expect((await end).counts.sent).toBe(200)
  expect(told).toHaveLength(200)
})
