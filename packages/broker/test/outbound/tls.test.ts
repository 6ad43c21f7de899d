import type { TLSSocket } from 'node:tls'
import { createServer } from 'node:tls'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createGuard } from '../../src/outbound/guard.ts'
import { answerOf, failureOf, fixture, listenHttps, listenRaw, outboundFor, settings } from './loopback.ts'

const LOOKUP = async () => [{ address: '127.0.0.1', family: 4 } as const]
const TRUSTING = { extraCa: fixture('ca'), lookup: LOOKUP }

describe('a certificate', () => {
  test('of an authority that was added is accepted, and the name stays in SNI and Host', async () => {
    const seen: unknown[] = []
    const server = await listenHttps('localhost', (request, response) => {
      seen.push((request.socket as TLSSocket & { servername?: string }).servername, request.headers.host)
      response.end('in')
    })
    const result = await outboundFor(TRUSTING).post(`https://idp.test:${server.port}/`)
    expect(answerOf(result).body).toBe('in')
    expect(seen).toEqual(['idp.test', `idp.test:${server.port}`])
    expect(result.trace.map(({ step }) => step)).toEqual([
      'resolve',
      'connect',
      'tls',
      'sent',
      'headers',
      'body',
    ])
  })

  test('for an address is checked against the address', async () => {
    const server = await listenHttps('localhost', (_request, response) => response.end('in'))
    expect(answerOf(await outboundFor(TRUSTING).post(`https://127.0.0.1:${server.port}/`)).body).toBe('in')
  })

  test.each([
    ['of an unknown authority', 'localhost', {}, 'signed by nobody we trust'],
    ['that signed itself', 'self-signed', { extraCa: fixture('ca') }, 'signed by nobody we trust'],
    ['for another name', 'elsewhere', { extraCa: fixture('ca') }, 'issued for another name'],
  ])('%s is refused, and nothing is sent', async (_what, certificate, overrides, detail) => {
    let requests = 0
    const server = await listenHttps(certificate, (_request, response) => {
      requests += 1
      response.end()
    })
    const outbound = outboundFor({ lookup: LOOKUP, ...overrides })
    const failure = failureOf(await outbound.post(`https://idp.test:${server.port}/`))
    expect(failure).toMatchObject({
      code: 'outbound.tls',
      sent: false,
      detail: expect.stringContaining(detail),
    })
    expect(requests).toBe(0)
  })

  test('is checked even if the environment says otherwise', async () => {
    const before = process.env.NODE_TLS_REJECT_UNAUTHORIZED
    onTestFinished(() => {
      if (before === undefined) delete process.env.NODE_TLS_REJECT_UNAUTHORIZED
      else process.env.NODE_TLS_REJECT_UNAUTHORIZED = before
    })
    process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0'
    const server = await listenHttps('self-signed', (_request, response) => response.end())
    const failure = failureOf(await outboundFor({ lookup: LOOKUP }).post(`https://localhost:${server.port}/`))
    expect(failure).toMatchObject({ code: 'outbound.tls', sent: false })
  })

  test('that signed itself can be added as an authority', async () => {
    const server = await listenHttps('self-signed', (_request, response) => response.end('in'))
    const outbound = outboundFor({ extraCa: fixture('self-signed'), lookup: LOOKUP })
    expect(answerOf(await outbound.post(`https://localhost:${server.port}/`)).body).toBe('in')
  })
})

describe('a handshake', () => {
  test('with something that does not speak TLS fails as TLS', async () => {
    const server = await listenRaw((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))
    const failure = failureOf(await outboundFor(TRUSTING).post(`https://idp.test:${server.port}/`))
    expect(failure).toMatchObject({ code: 'outbound.tls', sent: false })
  })

  test('that never ends is given up within the time for connecting', async () => {
    const server = await listenRaw(() => {})
    const outbound = outboundFor({ ...TRUSTING, connectTimeoutMs: 100 })
    const failure = failureOf(await outbound.post(`https://idp.test:${server.port}/`))
    expect(failure).toMatchObject({
      code: 'outbound.tls',
      sent: false,
      detail: expect.stringContaining('100 ms'),
    })
  })

  test('of TLS 1.1 is refused', async () => {
    const server = createServer({
      cert: fixture('localhost'),
      key: fixture('localhost-key'),
      minVersion: 'TLSv1',
      maxVersion: 'TLSv1.1',
      ciphers: 'DEFAULT@SECLEVEL=0',
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void server.close())
    const { port } = server.address() as { port: number }
    const failure = failureOf(await outboundFor(TRUSTING).post(`https://idp.test:${port}/`))
    expect(failure).toMatchObject({ code: 'outbound.tls', sent: false })
  })

  test('is resumed for the same host, and verified for every other', async () => {
    const server = await listenHttps('localhost', (_request, response) => {
      response.setHeader('connection', 'close').end()
    })
    const outbound = outboundFor(TRUSTING)
    const url = `https://idp.test:${server.port}/`
    await outbound.post(url)
    const again = await outbound.post(url)
    expect(again.trace.find(({ step }) => step === 'tls')?.detail).toContain('resumed')
    const other = await outbound.post(`https://elsewhere.test:${server.port}/`)
    expect(failureOf(other)).toMatchObject({
      code: 'outbound.tls',
      detail: expect.stringContaining('another name'),
    })
  })
})

test.each(['', 'nonsense', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----'])(
  'extra authorities that can not be read are refused at the start: %j',
  (extraCa) => {
    expect(() => createGuard(settings({ extraCa }))).toThrow(
      expect.objectContaining({ code: 'settings.invalid' }),
    )
  },
)
