/** Tells where one HTTP/1.1 answer ends and whether it was the one hoped for; bodies are counted, not kept. */
export class AnswerReader {
  readonly #answered: (status: number) => void
  #head = ''
  #status = 0
  #state: 'head' | 'length' | 'size' | 'chunk' | 'trailers' = 'head'
  #left = 0
  #line = ''

  constructor(answered: (status: number) => void) {
    this.#answered = answered
  }

  /** Throws on what can not be told apart: a client that guesses here measures something else. */
  read(bytes: Buffer): void {
    for (let at = 0; at < bytes.length; ) at = this.#step(bytes, at)
  }

  #step(bytes: Buffer, at: number): number {
    switch (this.#state) {
      case 'head':
        return this.#readHead(bytes, at)
      case 'length': {
        const taken = Math.min(this.#left, bytes.length - at)
        this.#left -= taken
        if (this.#left === 0) this.#end()
        return at + taken
      }
      case 'chunk': {
        const taken = Math.min(this.#left, bytes.length - at)
        this.#left -= taken
        if (this.#left === 0) this.#state = 'size'
        return at + taken
      }
      default:
        return this.#readLine(bytes, at)
    }
  }

  #readHead(bytes: Buffer, at: number): number {
    const found = this.#head === '' ? bytes.indexOf('\r\n\r\n', at, 'latin1') : -1
    if (found !== -1) {
      this.#begin(bytes.toString('latin1', at, found + 4))
      return found + 4
    }
    const before = this.#head.length
    this.#head += bytes.toString('latin1', at)
    const end = this.#head.indexOf('\r\n\r\n')
    if (end === -1) {
      if (this.#head.length > 65_536) throw new Error('The head of the answer does not end.')
      return bytes.length
    }
    const head = this.#head.slice(0, end + 4)
    this.#head = ''
    this.#begin(head)
    return at + end + 4 - before
  }

  #begin(head: string): void {
    const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1] ?? Number.NaN)
    if (Number.isNaN(status)) throw new Error('The answer is not HTTP/1.1.')
    if (status < 200) return
    this.#status = status
    if (/\r\ntransfer-encoding: *chunked\r\n/i.test(head)) {
      this.#state = 'size'
      return
    }
    const length = /\r\ncontent-length: *(\d+)\r\n/i.exec(head)?.[1]
    if (length === undefined && status !== 204 && status !== 304) {
      throw new Error('The answer has neither a length nor chunks.')
    }
    this.#left = Number(length ?? 0)
    if (this.#left === 0) this.#end()
    else this.#state = 'length'
  }

  #readLine(bytes: Buffer, at: number): number {
    const end = bytes.indexOf(10, at)
    this.#line += bytes.toString('latin1', at, end === -1 ? bytes.length : end)
    if (end === -1) return bytes.length
    const line = this.#line.trim()
    this.#line = ''
    if (this.#state === 'trailers') {
      if (line === '') this.#end()
      return end + 1
    }
    if (!/^[0-9a-f]{1,8}(?:;.*)?$/i.test(line)) throw new Error('The answer has a broken chunk.')
    const size = Number.parseInt(line, 16)
    // The line break behind a chunk is counted with it.
    this.#left = size + 2
    this.#state = size === 0 ? 'trailers' : 'chunk'
    return end + 1
  }

  #end(): void {
    this.#state = 'head'
    this.#answered(this.#status)
  }
}
