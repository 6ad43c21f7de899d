import { compatPayload, readCompatRequest } from '@bursar/domain/issuing/compat-page.ts'
import fc from 'fast-check'
import { expect, test } from 'vitest'

const CREDENTIALS = {
  operation: 'RequestToken',
  grant_type: 'client_credentials',
  client_id: 'kiosk-7',
  client_secret: 'the-secret-of-kiosk-7',
}

const payloadOf = (text: string) => {
  const asked = readCompatRequest(text)
  if (asked.kind !== 'request_token') throw new Error(`It is ${asked.kind}.`)
  return compatPayload(text, asked, false)
}

/** Members in any order, of any value and any name. */
const request = fc
  .tuple(fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue()), fc.infiniteStream(fc.nat()))
  .map(([others, numbers]) => {
    const members = Object.entries({ ...others, ...CREDENTIALS })
    const placed = members.map((member) => [numbers.next().value as number, member] as const)
    return Object.fromEntries(placed.sort(([a], [b]) => a - b).map(([, member]) => member))
  })

test('what is signed does not depend on how the rest of the text is spaced', () => {
  fc.assert(
    fc.property(request, (members) => {
      const text = JSON.stringify(members)
      expect(payloadOf(text)).toEqual(payloadOf(` ${text}`))
    }),
    { seed: 7, numRuns: 500 },
  )
})

test('numbers, escapes and blanks inside a value are signed as they were written', () => {
  const { operation, client_secret, ...signed } = CREDENTIALS
  const rest = JSON.stringify(signed).slice(1, -1)
  const odd = String.raw`"n":1.0,"e":1e3,"t":"\u0041","o":{ "a" : [1 ,2] }`
  expect(payloadOf(`{"operation":"${operation}",${rest},"client_secret":"${client_secret}",${odd}}`)).toEqual(
    {
      payload: `{${rest},${odd}}`,
    },
  )
})

test('a member that stands twice is refused, also where both say the same', () => {
  const text = `${JSON.stringify(CREDENTIALS).slice(0, -1)},"client_id":"kiosk-7"}`
  expect(payloadOf(text)).toEqual({ refusal: expect.stringContaining('twice') })
})
