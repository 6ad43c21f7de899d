import type { BursarError } from '@bursar/domain/error.ts'
import { expect, test } from 'vitest'
import { parseAllow } from '../../src/outbound/allow.ts'

test.each([
  '10.0.0.0/33',
  '10.0.0.1/8',
  'fd00::1/8',
  '10.0.0.0/8/8',
  '10.0.0.0/',
  '10.1',
  '0x7f.1',
  '127.0.0.0/-8',
  '*.corp',
  'https://idp.corp',
  'idp.corp:8443',
  'idp corp',
  '-idp.corp',
  '',
  'user@idp.corp',
])('"%s" is refused by name', (entry) => {
  expect(() => parseAllow(['127.0.0.1', entry])).toThrow(
    expect.objectContaining({
      code: 'settings.invalid',
      detail: expect.stringContaining(`"${entry}"`),
      problems: [expect.objectContaining({ path: '/outbound/allow/1', hint: expect.any(String) })],
    }),
  )
})

test('every bad entry is named at once', () => {
  const read = () => parseAllow(['one:1', '10.0.0.0/8', 'two:2'])
  expect(read).toThrow(expect.objectContaining({ problems: [{}, {}].map(() => expect.anything()) }))
  try {
    read()
  } catch (error) {
    expect((error as BursarError).problems.map((problem) => problem.path)).toEqual([
      '/outbound/allow/0',
      '/outbound/allow/2',
    ])
  }
})

test.each([
  '127.0.0.1',
  '::1',
  '0.0.0.0/0',
  '::/0',
  '10.20.0.0/16',
  'fd00::/8',
  'localhost',
  'idp',
  'idp.corp.',
  '_srv.corp',
  'bücher.example',
  '3com.example',
])('"%s" is understood', (entry) => {
  const { networks, hosts } = parseAllow([` ${entry} `])
  expect(networks.length + hosts.size).toBe(1)
})
