import type { Value } from '../database.ts'

/**
 * Units as they cross to another thread: one list of numbers, one text and one block of bytes, whatever the
 * number of values. Each value by itself, cloned and read again, costs several times as much, and each block of
 * bytes is an object of its own to the garbage collectors of both threads.
 */
export interface PackedUnits {
  /**
   * How many units; for each, how many statements; for each of these the number of its text, the rows it must
   * change (-1 for any number), how many parameters, and for each parameter its {@link KIND}, behind it a number
   * itself or the length of what stands next in `text` or `bytes`.
   */
  numbers: Float64Array<ArrayBuffer>
  text: string
  bytes: Uint8Array<ArrayBuffer>
}

/** A statement whose text the thread was told before, by number. */
export interface NumberedStatement {
  text: number
  /** -1 for any number. */
  rows: number
  params: Value[]
}

const KIND = { null: 0, number: 1, text: 2, bytes: 3 } as const

/** Puts the statements of units together, one after another. */
export class Packer {
  #numbers = new Float64Array(1_024)
  #count = 0
  #text = ''
  readonly #blobs: Uint8Array[] = []
  #byteLength = 0

  addCount(count: number): void {
    this.#put(count)
  }

  addStatement(text: number, rows: number, params: readonly Value[]): void {
    this.#put(text)
    this.#put(rows)
    this.#put(params.length)
    for (const value of params) this.#addValue(value)
  }

  /** The bytes are copies: a view posted as it is would take all of its buffer along, what is others' included. */
  packed(): PackedUnits {
    const bytes = new Uint8Array(this.#byteLength)
    let at = 0
    for (const blob of this.#blobs) {
      bytes.set(blob, at)
      at += blob.length
    }
    return { numbers: this.#numbers.slice(0, this.#count), text: this.#text, bytes }
  }

  #addValue(value: Value): void {
    if (value === null) this.#put(KIND.null)
    else if (typeof value === 'number') {
      this.#put(KIND.number)
      this.#put(value)
    } else if (typeof value === 'string') {
      this.#put(KIND.text)
      this.#put(value.length)
      this.#text += value
    } else {
      this.#put(KIND.bytes)
      this.#put(value.length)
      this.#blobs.push(value)
      this.#byteLength += value.length
    }
  }

  #put(number: number): void {
    if (this.#count === this.#numbers.length) {
      const larger = new Float64Array(this.#count * 2)
      larger.set(this.#numbers)
      this.#numbers = larger
    }
    this.#numbers[this.#count++] = number
  }
}

/** Reads packed units, from the first to the last. */
export class Unpacker {
  readonly #packed: PackedUnits
  #at = 0
  #textAt = 0
  #bytesAt = 0

  constructor(packed: PackedUnits) {
    this.#packed = packed
  }

  readCount(): number {
    return this.#packed.numbers[this.#at++]!
  }

  readUnit(): NumberedStatement[] {
    const statements: NumberedStatement[] = []
    for (let left = this.readCount(); left > 0; left--) {
      const text = this.readCount()
      const rows = this.readCount()
      const params: Value[] = []
      for (let count = this.readCount(); count > 0; count--) params.push(this.#readValue())
      statements.push({ text, rows, params })
    }
    return statements
  }

  #readValue(): Value {
    const { numbers, text, bytes } = this.#packed
    const kind = numbers[this.#at++]
    if (kind === KIND.null) return null
    const value = numbers[this.#at++]!
    if (kind === KIND.number) return value
    if (kind === KIND.text) {
      this.#textAt += value
      return text.slice(this.#textAt - value, this.#textAt)
    }
    this.#bytesAt += value
    return bytes.subarray(this.#bytesAt - value, this.#bytesAt)
  }
}
