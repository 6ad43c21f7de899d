import fc from 'fast-check'
import { expect, test } from 'vitest'
import { judgeAddress } from '../../src/outbound/address.ts'
import { parseAllow } from '../../src/outbound/allow.ts'

/** IANA's IPv4 and IPv6 special-purpose registries and the multicast ranges, read here by numbers alone. */
const IPV4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
  '168.63.129.16/32',
]
const number = (dotted: string) => dotted.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)
const dotted = (value: number) => [24, 16, 8, 0].map((shift) => (value >>> shift) & 255).join('.')
const isSpecial = (value: number) =>
  IPV4.some((cidr) => {
    const [base, bits] = cidr.split('/') as [string, string]
    const size = 2 ** (32 - Number(bits))
    return value >= number(base) && value < number(base) + size
  })
const hex = (value: number) => [value >>> 16, value & 0xffff].map((half) => half.toString(16)).join(':')
const nothing = parseAllow([])
const allowed = (ip: string) => judgeAddress(ip, nothing).allowed

/** Anywhere, and on both sides of every edge of the table. */
const edges = IPV4.flatMap((cidr) => {
  const [base, bits] = cidr.split('/') as [string, string]
  const [first, size] = [number(base), 2 ** (32 - Number(bits))]
  return [first - 1, first, first + size - 1, first + size].filter((value) => value >= 0 && value < 2 ** 32)
})
const address = fc.oneof(fc.integer({ min: 0, max: 2 ** 32 - 1 }), fc.constantFrom(...edges))
const RUNS = { numRuns: 5_000, seed: 20260207 }

test('no address of a special-purpose registry is allowed, in whatever IPv6 it is wrapped', () => {
  fc.assert(
    fc.property(address, (value) => {
      if (!isSpecial(value)) return
      const wrapped = [
        dotted(value),
        `::ffff:${dotted(value)}`,
        `::ffff:${hex(value)}`,
        `::ffff:0:${hex(value)}`,
        `::${hex(value)}`,
        `64:ff9b::${hex(value)}`,
        `64:ff9b:1::${hex(value)}`,
        `2002:${hex(value)}::`,
        `2002:${hex(value)}::1`,
        `2001:0:${hex(value)}::`,
        `2001:0:808:808::${hex((value ^ 0xffffffff) >>> 0)}`,
      ]
      for (const ip of wrapped) expect([ip, allowed(ip)]).toEqual([ip, false])
    }),
    RUNS,
  )
})

test('of IPv6 only global unicast is allowed', () => {
  const groups = fc.array(fc.integer({ min: 0, max: 0xffff }), { minLength: 8, maxLength: 8 })
  fc.assert(
    fc.property(groups, ([first, ...rest]) => {
      const ip = [first!, ...rest].map((group) => group.toString(16)).join(':')
      if (first! < 0x2000 || first! > 0x3fff) expect([ip, allowed(ip)]).toEqual([ip, false])
    }),
    RUNS,
  )
})

test('other addresses of the Internet are allowed', () => {
  fc.assert(
    fc.property(address, (value) => {
      // 192.88.99.0/24 and the AS112 ranges are nobody's API.
      if (isSpecial(value) || /^192\.(88\.99|31\.196|52\.193|175\.48)\./.test(dotted(value))) return
      expect([dotted(value), allowed(dotted(value))]).toEqual([dotted(value), true])
    }),
    RUNS,
  )
})
