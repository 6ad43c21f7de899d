import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { createInterface } from 'node:readline'

export interface ImapServer {
  port: number
  /** By user, the access token that it takes (XOAUTH2). */
  accepted: Map<string, string>
  subjects: string[]
  close(): Promise<void>
}

const quote = (text: string) => `"${text.replace(/[\\"]/g, '\\$&')}"`

/**
 * IMAP4rev1 (RFC 3501) as far as reading an inbox needs it. The one way in is `AUTHENTICATE XOAUTH2` with an
 * initial response (RFC 4959): `user=<user>^Aauth=Bearer <token>^A^A`.
 */
export async function startImapServer(): Promise<ImapServer> {
  const accepted: ImapServer['accepted'] = new Map()
  const subjects: string[] = []
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {}).on('close', () => sockets.delete(socket))
    serve(socket, accepted, subjects)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    accepted,
    subjects,
    async close() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

const CAPABILITIES = 'CAPABILITY IMAP4rev1 SASL-IR AUTH=XOAUTH2'
/** What a server says of a refused token before the client gives up, base64 of JSON. */
const REFUSAL = Buffer.from('{"status":"401","schemes":"bearer","scope":"mail"}').toString('base64')

function serve(socket: Socket, accepted: ReadonlyMap<string, string>, subjects: readonly string[]): void {
  const say = (line: string) => socket.write(`${line}\r\n`)
  let signedIn = false
  let refusing: string | null = null
  say(`* OK [${CAPABILITIES}] ready`)
  createInterface({ input: socket }).on('line', (line) => {
    if (refusing !== null) {
      say(`${refusing} NO AUTHENTICATE failed.`)
      refusing = null
      return
    }
    const [tag = '*', command = '', ...rest] = line.split(' ')
    const verb = command === 'UID' ? rest[0]!.toUpperCase() : command.toUpperCase()
    if (verb === 'AUTHENTICATE') {
      const sent = Buffer.from(rest[1] ?? '', 'base64').toString()
      const [, user, token] = /^user=([^\x01]*)\x01auth=Bearer ([^\x01]*)\x01\x01$/.exec(sent) ?? []
      signedIn = rest[0] === 'XOAUTH2' && token !== undefined && accepted.get(user!) === token
      if (signedIn) return say(`${tag} OK [${CAPABILITIES}] signed in`)
      refusing = tag
      return say(`+ ${REFUSAL}`)
    }
    const answers: Record<string, () => void> = {
      CAPABILITY: () => say(`* ${CAPABILITIES}`),
      NOOP: () => {},
      LOGOUT: () => say('* BYE'),
    }
    const answersInside: Record<string, () => void> = {
      LIST: () => say('* LIST (\\HasNoChildren) "/" INBOX'),
      LSUB: () => say('* LSUB () "/" INBOX'),
      SELECT: () => {
        say(`* ${subjects.length} EXISTS`)
        say('* FLAGS (\\Seen)')
        say('* OK [UIDVALIDITY 1] ok')
        say(`* OK [UIDNEXT ${subjects.length + 1}] ok`)
      },
      FETCH: () => {
        for (const [index, subject] of subjects.entries()) {
          const envelope = `(NIL ${quote(subject)} NIL NIL NIL NIL NIL NIL NIL NIL)`
          say(`* ${index + 1} FETCH (UID ${index + 1} ENVELOPE ${envelope})`)
        }
      },
      CLOSE: () => {},
    }
    const answer = answers[verb] ?? (signedIn ? answersInside[verb] : undefined)
    if (answer === undefined) return say(`${tag} BAD not possible here`)
    answer()
    say(`${tag} OK done`)
    if (verb === 'LOGOUT') socket.end()
  })
}
