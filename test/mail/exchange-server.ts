import type { IncomingMessage, ServerResponse } from 'node:http'
import { type HttpServer, readText, startHttpServer } from '../http-server.ts'

export interface ExchangeServer extends HttpServer {
  ewsUrl: string
  /** Access tokens that it takes. */
  accepted: Set<string>
  subjects: string[]
  /** SOAP actions it was asked for, with the headers. */
  calls: Array<{ action: string; headers: IncomingMessage['headers'] }>
}

const SOAP = 'http://schemas.xmlsoap.org/soap/envelope/'
const MESSAGES = 'http://schemas.microsoft.com/exchange/services/2006/messages'
const TYPES = 'http://schemas.microsoft.com/exchange/services/2006/types'

/** Exchange Web Services with one mailbox: `FindItem` in the inbox, for whoever brings a bearer token it knows. */
export async function startExchangeServer(): Promise<ExchangeServer> {
  const accepted = new Set<string>()
  const subjects: string[] = []
  const calls: ExchangeServer['calls'] = []
  const server = await startHttpServer(async (request, response) => {
    const text = await readText(request)
    const token = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1]
    if (request.method !== 'POST' || request.url !== '/EWS/Exchange.asmx') return end(response, 404, '')
    if (token === undefined || !accepted.has(token)) {
      response.setHeader('WWW-Authenticate', 'Bearer error="invalid_token"')
      return end(response, 401, '')
    }
    const body = /<(\w+):Body[^>]*>\s*<(\w+):(\w+)/.exec(text)
    const action = body?.[3] ?? ''
    calls.push({ action, headers: request.headers })
    if (
      !text.includes(SOAP) ||
      !text.includes(MESSAGES) ||
      action !== 'FindItem' ||
      !/Id="inbox"/.test(text)
    ) {
      return end(response, 500, envelope(FAULT))
    }
    end(response, 200, envelope(found(subjects)))
  })
  return { ...server, ewsUrl: `${server.url}/EWS/Exchange.asmx`, accepted, subjects, calls }
}

function end(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'Content-Type': 'text/xml; charset=utf-8' })
  response.end(text)
}

const escapeXml = (text: string) => text.replace(/[&<>"]/g, (each) => `&#${each.charCodeAt(0)};`)

const envelope = (body: string) =>
  `<?xml version="1.0" encoding="utf-8"?><s:Envelope xmlns:s="${SOAP}" xmlns:m="${MESSAGES}" xmlns:t="${TYPES}">` +
  '<s:Header><t:ServerVersionInfo MajorVersion="15" MinorVersion="20" MajorBuildNumber="1" MinorBuildNumber="1" ' +
  `Version="V2018_01_08"/></s:Header><s:Body>${body}</s:Body></s:Envelope>`

const FAULT =
  '<s:Fault><faultcode>s:Client</faultcode><faultstring>The request is not understood.</faultstring></s:Fault>'

const found = (subjects: readonly string[]) =>
  '<m:FindItemResponse><m:ResponseMessages><m:FindItemResponseMessage ResponseClass="Success">' +
  `<m:ResponseCode>NoError</m:ResponseCode><m:RootFolder IndexedPagingOffset="${subjects.length}" ` +
  `TotalItemsInView="${subjects.length}" IncludesLastItemInRange="true"><t:Items>` +
  subjects
    .map(
      (subject, index) =>
        `<t:Message><t:ItemId Id="item-${index}" ChangeKey="1"/><t:Subject>${escapeXml(subject)}</t:Subject></t:Message>`,
    )
    .join('') +
  '</t:Items></m:RootFolder></m:FindItemResponseMessage></m:ResponseMessages></m:FindItemResponse>'
