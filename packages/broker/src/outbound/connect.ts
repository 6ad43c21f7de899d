import type { LookupAddress } from 'node:dns'
import { connect as connectTcp, isIP, type LookupFunction, type Socket } from 'node:net'
import { connect as connectTls, type SecureContext, type TLSSocket } from 'node:tls'
import { errorCode, OutboundFailure } from './failure.ts'
import type { TraceStep } from './outbound.ts'
import type { SocketReader } from './socket-reader.ts'

/** Told about every step on the way to a connection. */
export type StepListener = (step: TraceStep['step'], detail: string) => void

export interface SocketPlan {
  host: string
  port: number
  /** Already judged: the connection goes to one of these, tried in order (RFC 8305), and nowhere else. */
  addresses: readonly LookupAddress[]
  tls: { context: SecureContext; session: Buffer | undefined; onSession: (session: Buffer) => void } | null
  timeoutMs: number
  onStep: StepListener
  /** Takes what comes past the stream; without one the socket is read as any other. */
  reader?: SocketReader | undefined
}

/** Opens a connection to one of the addresses; the name stays in SNI and in the check of the certificate. */
export function openSocket(plan: SocketPlan): Promise<Socket> {
  const { host, port, tls, timeoutMs, onStep, reader } = plan
  const where = `${host}:${port}`
  const target = {
    host,
    port,
    lookup: lookupPinned(plan.addresses),
    autoSelectFamily: true,
    ...(reader && { onread: reader.options }),
  }
  const { promise, resolve, reject } = Promise.withResolvers<Socket>()
  const socket: Socket | TLSSocket =
    tls === null
      ? connectTcp(target)
      : connectTls({
          ...target,
          // RFC 6066 §3: no address in server_name. The certificate is then checked against the address.
          servername: isIP(host) === 0 ? withoutTrailingDot(host) : '',
          secureContext: tls.context,
          ALPNProtocols: ['http/1.1'],
          // Explicit, so that NODE_TLS_REJECT_UNAUTHORIZED can not turn it off.
          rejectUnauthorized: true,
          ...(tls.session && { session: tls.session }),
        })
  reader?.belongTo(socket)
  let connected = false

  const timer = setTimeout(() => {
    const detail = connected
      ? `The TLS handshake with ${where} did not end within ${timeoutMs} ms.`
      : `No connection to ${where} within ${timeoutMs} ms.`
    fail(new OutboundFailure(connected ? 'outbound.tls' : 'outbound.connect', detail))
  }, timeoutMs)
  const fail = (failure: OutboundFailure) => {
    clearTimeout(timer)
    socket.on('error', () => {}).destroy()
    reject(failure)
  }
  const onError = (error: Error) => fail(connected ? tlsFailure(where, error) : connectFailure(where, error))
  const onReady = () => {
    clearTimeout(timer)
    socket.off('error', onError)
    resolve(socket)
  }

  socket.setNoDelay(true).setKeepAlive(true, 60_000).once('error', onError)
  socket.once('connect', () => {
    connected = true
    onStep('connect', `connected to ${socket.remoteAddress} port ${port}`)
    if (tls === null) onReady()
  })
  if (tls !== null) {
    socket.on('session', tls.onSession)
    socket.once('secureConnect', () => {
      const secure = socket as TLSSocket
      const resumed = secure.isSessionReused() ? ', session resumed' : ''
      onStep('tls', `${secure.getProtocol()}, certificate of ${host} verified${resumed}`)
      onReady()
    })
  }
  return promise
}

/** Answers with what was judged, whatever name is asked for. */
function lookupPinned(addresses: readonly LookupAddress[]): LookupFunction {
  return (_host, options, callback) => {
    if (options.all) callback(null, [...addresses])
    else callback(null, addresses[0]!.address, addresses[0]!.family)
  }
}

function connectFailure(where: string, error: Error): OutboundFailure {
  const code = errorCode(error) || errorCode((error as AggregateError).errors?.[0])
  const detail =
    code === 'ECONNREFUSED'
      ? `${where} refused the connection.`
      : `No connection to ${where} could be made (${code || 'no code'}).`
  return new OutboundFailure('outbound.connect', detail)
}

const UNKNOWN_ISSUER = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
])

function tlsFailure(where: string, error: Error): OutboundFailure {
  const code = errorCode(error)
  if (UNKNOWN_ISSUER.has(code)) {
    const hint =
      'Add the certificate authority to the setting outbound.extra_ca, or let the server send its chain.'
    return new OutboundFailure(
      'outbound.tls',
      `The certificate of ${where} is signed by nobody we trust (${code}).`,
      hint,
    )
  }
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return new OutboundFailure('outbound.tls', `The certificate of ${where} was issued for another name.`)
  }
  if (code === 'CERT_HAS_EXPIRED') {
    return new OutboundFailure('outbound.tls', `The certificate of ${where} has expired.`)
  }
  return new OutboundFailure('outbound.tls', `The TLS handshake with ${where} failed (${code || 'no code'}).`)
}

const withoutTrailingDot = (host: string) => (host.endsWith('.') ? host.slice(0, -1) : host)
