import { describe, expect, test } from 'vitest'
import { OutboundFailure } from '../../src/outbound/failure.ts'
import { parseTarget } from '../../src/outbound/target.ts'

test('a URL is read into what a connection and a request need', () => {
  expect(parseTarget('https://Login.Example.com:8443/a/token?x=1#y')).toEqual({
    origin: 'https://login.example.com:8443',
    tls: true,
    host: 'login.example.com',
    port: 8443,
    path: '/a/token?x=1',
  })
  expect(parseTarget('https://[2606:4700::1]/')).toMatchObject({ host: '2606:4700::1', port: 443 })
  expect(parseTarget('http://127.0.0.1')).toMatchObject({ host: '127.0.0.1', port: 80, path: '/' })
})

describe('what can be read in two ways is refused', () => {
  test.each([
    'https://0177.0.0.1/',
    'https://0x7f.0.0.1/',
    'https://0x7f000001/',
    'https://2130706433/',
    'https://017700000001/',
    'https://127.1/',
    'https://127.0.1/',
    'https://127.0.0.1./',
    'https://127.0.0.01/',
    'https://%31%32%37.0.0.1/',
    'https://127%2e0%2e0%2e1/',
    'https://１２７.0.0.1/',
    'https://127。0。0。1/',
    'https://①②⑦.0.0.1/',
    'https://user@example.com/',
    'https://user:password@example.com/',
    'https://example.com@127.0.0.1/',
    'https://example.com\\@127.0.0.1/',
    'https:\\\\example.com/',
    'https://exam\tple.com/',
    'https://example.com/a b',
    'https://example.com/\r\nHost: x',
    ' https://example.com/',
    'https:///example.com/',
    'https:example.com',
    'https://',
    'https://[::1',
    'https://[fe80::1%25eth0]/',
    'https://example.com:99999/',
    'ftp://example.com/',
    'file:///etc/passwd',
    'javascript:alert(1)',
    '//example.com/',
    '/token',
    '',
  ])('%j', (url) => {
    expect(() => parseTarget(url)).toThrow(OutboundFailure)
    expect(() => parseTarget(url)).toThrow(expect.objectContaining({ code: 'outbound.blocked' }))
  })
})
