/** An activity that costs little: takes a body, answers a flat object. One connection, one request at a time. */
import { createServer } from 'node:net'

const BODY = '{"discount":10}'
const ANSWER = Buffer.from(
  `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${BODY.length}\r\n\r\n${BODY}`,
)

const server = createServer((socket) => {
  let head = ''
  let left = 0
  socket.setNoDelay(true)
  socket.on('error', () => {})
  socket.on('data', (chunk) => {
    if (left > 0) {
      left -= chunk.length
      if (left <= 0) socket.write(ANSWER)
      return
    }
    head += chunk.toString('latin1')
    const end = head.indexOf('\r\n\r\n')
    if (end < 0) return
    const length = Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1] ?? 0)
    left = length - (head.length - end - 4)
    head = ''
    if (left <= 0) socket.write(ANSWER)
  })
})
server.listen(Number(process.argv[2]), '127.0.0.1', () => process.stdout.write('ready\n'))
