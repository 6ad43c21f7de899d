import { expect, test } from 'vitest'
import { createOriginLimits, type OriginLimits } from '../../src/refresher/origin-limits.ts'

const recipe = (origin: string, client_id = 'c') => ({ token_url: `${origin}/token`, client_id })

/** Work that ends when it is told to. */
function held() {
  let end = () => {}
  const ended = new Promise<void>((resolve) => {
    end = resolve
  })
  let begun = false
  return {
    work: () => {
      begun = true
      return ended
    },
    end,
    get begun() {
      return begun
    },
  }
}

test('as many run at once as allowed, as many again wait, the rest is sent back', async () => {
  const limits = createOriginLimits(
    () => 1,
    () => 0,
  )
  const [first, second, third] = [held(), held(), held()]
  const one = limits.run(recipe('https://a'), first.work)
  const two = limits.run(recipe('https://a'), second.work)
  expect(await limits.run(recipe('https://a'), third.work)).toBe(1)
  expect([first.begun, second.begun, third.begun]).toEqual([true, false, false])
  first.end()
  expect(await one).toBeNull()
  second.end()
  expect(await two).toBeNull()
  expect(second.begun).toBe(true)
})

test('behind a full queue patience is for a while: whose turn comes in time runs, the rest is sent back', async () => {
  const limits = createOriginLimits(
    () => 1,
    () => 0,
  )
  const [first, second, third, fourth] = [held(), held(), held(), held()]
  const patience = Promise.withResolvers<void>()
  const run = ({ work }: typeof first) => limits.run(recipe('https://a'), work, () => patience.promise)
  const [one, two, three, four] = [run(first), run(second), run(third), run(fourth)]
  first.end()
  second.end()
  await Promise.all([one, two])
  expect([third.begun, fourth.begun]).toEqual([true, false])
  patience.resolve()
  expect(await four).toBe(1)
  third.end()
  expect(await three).toBeNull()
  expect(fourth.begun).toBe(false)
  expect(await limits.run(recipe('https://a'), async () => {})).toBeNull()
})

test('room that becomes less is kept to as work ends, and room that becomes more is used at once', async () => {
  let atOnce = 2
  const limits = createOriginLimits(
    () => atOnce,
    () => 0,
  )
  const all = Array.from({ length: 4 }, () => held())
  const runs = all.map(({ work }) => limits.run(recipe('https://a'), work))
  const begun = () => all.map((one) => one.begun)
  atOnce = 1
  all[0]!.end()
  await runs[0]
  expect(begun()).toEqual([true, true, false, false])
  atOnce = 3
  all[1]!.end()
  await runs[1]
  expect(begun()).toEqual([true, true, true, true])
  all[2]!.end()
  all[3]!.end()
  expect(await Promise.all(runs)).toEqual([null, null, null, null])
})

test('an origin that is busy holds up no other', async () => {
  const limits = createOriginLimits(
    () => 1,
    () => 0,
  )
  const busy = held()
  const running = limits.run(recipe('https://a'), busy.work)
  expect(await limits.run(recipe('https://b'), async () => {})).toBeNull()
  busy.end()
  await running
})

test('a client that was told to wait is left alone for that time, other clients are not', async () => {
  let now = 100
  const limits = createOriginLimits(
    () => 4,
    () => now,
  )
  limits.pause(recipe('https://a'), 30)
  expect(await limits.run(recipe('https://a'), async () => {})).toBe(30)
  expect(await limits.run(recipe('https://a', 'other'), async () => {})).toBeNull()
  now = 130
  expect(await limits.run(recipe('https://a'), async () => {})).toBeNull()
})

test('what one node is told another heeds, for its client and no longer than any pause', async () => {
  const [one, other] = [1_000, 1_010].map((now) =>
    createOriginLimits(
      () => 4,
      () => now,
    ),
  ) as [OriginLimits, OriginLimits]
  const notice = one.pause(recipe('https://a'), 30)!
  expect(notice).not.toContain('https://a')
  other.heed(notice)
  expect(await other.run(recipe('https://a'), async () => {})).toBe(20)
  expect(await other.run(recipe('https://a', 'other'), async () => {})).toBeNull()
  expect(await other.run(recipe('https://b'), async () => {})).toBeNull()
  // An older or broken one changes nothing, and a clock that is far ahead does not hold anybody up for long.
  for (const text of [one.pause(recipe('https://a'), 5) ?? '', '', 'x', notice.replace(/ .*/, ' soon')])
    other.heed(text)
  expect(await other.run(recipe('https://a'), async () => {})).toBe(20)
  other.heed(notice.replace(/ .*/, ' 999999'))
  expect(await other.run(recipe('https://a'), async () => {})).toBe(120)
})

test('others are told of a pause that is worth a write, and not again while it lasts', () => {
  let now = 0
  const limits = createOriginLimits(
    () => 4,
    () => now,
  )
  const isTold = (seconds: number) => limits.pause(recipe('https://a'), seconds) !== null
  expect([isTold(1), isTold(4), isTold(30), isTold(30), isTold(34), isTold(39)]).toEqual([
    false,
    false,
    true,
    false,
    false,
    true,
  ])
  now = 36
  expect([isTold(4), isTold(10)]).toEqual([false, true])
})

test('room is given back by work that fails', async () => {
  const limits = createOriginLimits(
    () => 1,
    () => 0,
  )
  await expect(limits.run(recipe('https://a'), () => Promise.reject(new Error('no')))).rejects.toThrow('no')
  expect(await limits.run(recipe('https://a'), async () => {})).toBeNull()
})

test('work that is done with its origin makes room before it ends, once', async () => {
  const limits = createOriginLimits(
    () => 1,
    () => 0,
  )
  const saving = Promise.withResolvers<void>()
  const order: string[] = []
  const first = limits.run(recipe('https://a'), async (done) => {
    order.push('first asks')
    done()
    done()
    await saving.promise
    order.push('first is saved')
  })
  const asking = Promise.withResolvers<void>()
  const second = limits.run(recipe('https://a'), async () => {
    order.push('second asks')
    await asking.promise
  })
  const third = limits.run(recipe('https://a'), async () => void order.push('third asks'))
  await Promise.resolve()
  expect(order).toEqual(['first asks', 'second asks'])
  saving.resolve()
  await first
  await new Promise((resolve) => setImmediate(resolve))
  expect(order).toEqual(['first asks', 'second asks', 'first is saved'])
  asking.resolve()
  await Promise.all([second, third])
  expect(order.at(-1)).toBe('third asks')
})
