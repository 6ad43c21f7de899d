import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { gatherLines } from '../../src/server/log-sink.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

function open() {
  const written: string[] = []
  return { written, sink: gatherLines((lines) => void written.push(lines)) }
}

test('lines of one moment are written together, in their order', () => {
  const { written, sink } = open()
  sink.write('a\n')
  sink.write('b\n')
  expect(written).toEqual([])
  vi.runAllTimers()
  sink.write('c\n')
  vi.runAllTimers()
  expect(written).toEqual(['a\nb\n', 'c\n'])
})

test('who flushes waits for nobody, and nothing is written twice', () => {
  const { written, sink } = open()
  sink.write('info\n')
  sink.write('error\n')
  sink.flush()
  expect(written).toEqual(['info\nerror\n'])
  sink.flush()
  vi.runAllTimers()
  expect(written).toHaveLength(1)
})

test('many lines do not wait', () => {
  const { written, sink } = open()
  for (let i = 0; i < 20; i += 1) sink.write('x'.repeat(1_000))
  expect(written.join('')).toHaveLength(16_000)
})

test('what waits is written when the process exits', () => {
  const before = process.listeners('exit')
  const { written, sink } = open()
  const [onExit] = process.listeners('exit').filter((listener) => !before.includes(listener))
  sink.write('last\n')
  onExit!(0)
  expect(written).toEqual(['last\n'])
})
