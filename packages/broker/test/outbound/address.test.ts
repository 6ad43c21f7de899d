import fc from 'fast-check'
import ipaddr from 'ipaddr.js'
import { describe, expect, test } from 'vitest'
import { isLoopback, judgeAddress } from '../../src/outbound/address.ts'
import { parseAllow } from '../../src/outbound/allow.ts'

const NOTHING = parseAllow([])

describe('what the Internet routes to anyone is allowed', () => {
  test.each([
    '1.1.1.1',
    '8.8.8.8',
    '172.15.255.255',
    '172.32.0.0',
    '100.63.255.255',
    '100.128.0.0',
    '223.255.255.255',
    '2606:4700:4700::1111',
    '2a00:1450:4001:80b::200e',
    '::ffff:8.8.8.8',
    '64:ff9b::808:808',
    '2002:808:808::1',
  ])('%s', (ip) => {
    expect(judgeAddress(ip, NOTHING)).toEqual({ allowed: true })
  })
})

describe('what is private, special or nobody’s is refused with the reason', () => {
  test.each([
    ['0.0.0.0', 'unspecified'],
    ['0.1.2.3', 'unspecified'],
    ['10.0.0.7', 'private'],
    ['127.0.0.1', 'loopback'],
    ['127.255.255.254', 'loopback'],
    ['169.254.169.254', 'link-local'],
    ['172.16.0.1', 'private'],
    ['172.31.255.255', 'private'],
    ['192.168.1.1', 'private'],
    ['100.64.0.1', 'carrier-grade'],
    ['100.100.100.200', 'carrier-grade'],
    ['168.63.129.16', 'metadata'],
    ['192.0.0.192', 'reserved'],
    ['192.0.2.1', 'reserved'],
    ['198.18.0.1', 'reserved'],
    ['198.51.100.1', 'reserved'],
    ['203.0.113.1', 'reserved'],
    ['224.0.0.1', 'multicast'],
    ['239.255.255.255', 'multicast'],
    ['240.0.0.1', 'reserved'],
    ['255.255.255.255', 'broadcast'],
    ['::', 'unspecified'],
    ['::1', 'loopback'],
    ['fe80::1', 'link-local'],
    ['fe80::1%eth0', 'link-local'],
    ['fc00::1', 'private'],
    ['fd00:ec2::254', 'private'],
    ['fec0::1', 'special'],
    ['ff02::1', 'multicast'],
    ['100::1', 'special'],
    ['2001:db8::1', 'reserved'],
    ['3fff::1', 'reserved'],
    ['2001:20::1', 'special'],
    ['5f00::1', 'special'],
    ['4000::1', 'special'],
    ['64:ff9b:1::1', 'special'],
    ['::ffff:127.0.0.1', 'carries 127.0.0.1'],
    ['::ffff:7f00:1', 'carries 127.0.0.1'],
    ['::ffff:0:10.0.0.1', 'carries 10.0.0.1'],
    ['::127.0.0.1', 'carries 127.0.0.1'],
    ['64:ff9b::a9fe:a9fe', 'carries 169.254.169.254'],
    ['2002:7f00:1::', 'carries 127.0.0.1'],
    ['2002:a00:1::1', 'carries 10.0.0.1'],
    // Teredo: the client 10.0.0.1 with its bits inverted, behind a public server.
    ['2001:0:808:808::f5ff:fffe', 'carries 10.0.0.1'],
    ['2001:0:a00:1::f7f7:f7f7', 'carries 10.0.0.1'],
  ])('%s', (ip, reason) => {
    const judgement = judgeAddress(ip, NOTHING)
    expect(judgement).toMatchObject({ allowed: false, why: expect.stringContaining(reason) })
  })

  test.each(['', 'localhost', '127.1', '0x7f000001', '2130706433', '0177.0.0.1', '1.2.3.4.5', '[::1]'])(
    '"%s" is no address at all',
    (ip) => {
      expect(judgeAddress(ip, NOTHING)).toMatchObject({ allowed: false })
    },
  )
})

describe('the list of the operator', () => {
  test('a CIDR allows its addresses, mapped ones too, and no others', () => {
    const allow = parseAllow(['10.20.0.0/16', 'fd00::/8'])
    expect(judgeAddress('10.20.3.4', allow).allowed).toBe(true)
    expect(judgeAddress('::ffff:10.20.3.4', allow).allowed).toBe(true)
    expect(judgeAddress('fd12::1', allow).allowed).toBe(true)
    expect(judgeAddress('10.21.0.1', allow).allowed).toBe(false)
    expect(judgeAddress('fc12::1', allow).allowed).toBe(false)
  })

  test('a host name allows what this very name resolves to', () => {
    const allow = parseAllow(['IDP.corp.'])
    expect(judgeAddress('10.0.0.7', allow, 'idp.corp').allowed).toBe(true)
    expect(judgeAddress('10.0.0.7', allow, 'Idp.Corp.').allowed).toBe(true)
    expect(judgeAddress('10.0.0.7', allow, 'evil-idp.corp').allowed).toBe(false)
    expect(judgeAddress('10.0.0.7', allow, 'idp.corp.evil').allowed).toBe(false)
    expect(judgeAddress('10.0.0.7', allow).allowed).toBe(false)
  })
})

describe('for any address', () => {
  const octet = fc.integer({ min: 0, max: 255 })
  const ipv4 = fc.tuple(octet, octet, octet, octet).map((octets) => octets.join('.'))

  test('every way to carry an IPv4 address in IPv6 is judged as that address', () => {
    fc.assert(
      fc.property(ipv4, (ip) => {
        const { allowed } = judgeAddress(ip, NOTHING)
        const hex = ipaddr.IPv4.parse(ip)
          .toByteArray()
          .map((byte) => byte.toString(16).padStart(2, '0'))
        const [high, low] = [hex.slice(0, 2).join(''), hex.slice(2).join('')]
        for (const carrier of [`::ffff:${ip}`, `64:ff9b::${high}:${low}`, `2002:${high}:${low}::1`]) {
          expect(judgeAddress(carrier, NOTHING).allowed, carrier).toBe(allowed)
        }
      }),
    )
  })

  test('loopback is never allowed unless it is listed', () => {
    fc.assert(
      fc.property(octet, octet, octet, (b, c, d) => {
        const ip = `127.${b}.${c}.${d}`
        expect(isLoopback(ip)).toBe(true)
        expect(judgeAddress(ip, NOTHING).allowed).toBe(false)
        expect(judgeAddress(ip, parseAllow(['127.0.0.0/8'])).allowed).toBe(true)
      }),
    )
  })
})
