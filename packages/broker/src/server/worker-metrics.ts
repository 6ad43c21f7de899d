import type { ChildProcess } from 'node:child_process'
import cluster, { type Worker } from 'node:cluster'
import type { Clock } from '../operations/ports.ts'

/** What one process has counted, as its registry tells it. */
export type Collected = readonly object[]

/** A worker asks the first process for what the others have counted; that one asks each of them. */
type Message =
  | { kind: 'metrics.ask'; id: number }
  | { kind: 'metrics.collect'; id: number }
  | { kind: 'metrics.collected'; id: number; metrics: Collected }
  | { kind: 'metrics.answer'; id: number; all: readonly Collected[] }

/** One that is frozen or about to end is left out of an answer. */
const COLLECT_MS = 3_000
const ANSWER_MS = 2 * COLLECT_MS

type Waiter = Pick<Clock, 'wait'>

/** Questions that were sent and not answered yet. */
function openQuestions<T>(clock: Waiter) {
  const open = new Map<number, (answer: T) => void>()
  let count = 0
  return {
    /** The answer, or null when none came in time. */
    async ask(send: (id: number) => void, withinMs: number): Promise<T | null> {
      const id = ++count
      const isAnswered = new AbortController()
      const answer = new Promise<T>((resolve) => open.set(id, resolve))
      send(id)
      const first = await Promise.race([answer, clock.wait(withinMs, isAnswered.signal).then(() => null)])
      isAnswered.abort()
      open.delete(id)
      return first
    },
    answered(id: number, answer: T): void {
      open.get(id)?.(answer)
    },
  }
}

/** In the first process: passes on what the workers ask of each other. */
export function relayMetrics(clock: Waiter): void {
  const questions = openQuestions<Collected>(clock)

  async function answer(asker: Worker, id: number): Promise<void> {
    const others = Object.values(cluster.workers ?? {}).filter(
      (worker): worker is Worker => worker !== undefined && worker.id !== asker.id,
    )
    const lists = await Promise.all(
      others.map((worker) =>
        questions.ask(
          (question) => tell(worker.process, { kind: 'metrics.collect', id: question }),
          COLLECT_MS,
        ),
      ),
    )
    tell(asker.process, { kind: 'metrics.answer', id, all: lists.filter((list) => list !== null) })
  }

  cluster.on('message', (worker, message: Message) => {
    if (message.kind === 'metrics.ask') void answer(worker, message.id)
    if (message.kind === 'metrics.collected') questions.answered(message.id, message.metrics)
  })
}

/** In a worker: tells what it has counted when asked, and asks for what the others have. */
export function joinMetrics(
  collect: () => Promise<Collected>,
  clock: Waiter,
): () => Promise<readonly Collected[]> {
  const questions = openQuestions<readonly Collected[]>(clock)
  process.on('message', (message: Message) => {
    if (message.kind === 'metrics.answer') questions.answered(message.id, message.all)
    if (message.kind === 'metrics.collect') {
      void collect().then((metrics) => tell(process, { kind: 'metrics.collected', id: message.id, metrics }))
    }
  })
  return async () =>
    (await questions.ask((id) => tell(process, { kind: 'metrics.ask', id }), ANSWER_MS)) ?? []
}

/** Whoever is gone is not told, which is no fault. */
function tell(to: ChildProcess | NodeJS.Process, message: Message): void {
  if (to.connected) to.send?.(message, undefined, undefined, () => {})
}
