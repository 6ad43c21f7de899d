import { randomBytes } from 'node:crypto'

const SHAPES: ReadonlyArray<(random: string) => string> = [
  (random) => `cnry${random}`,
  (random) => `kq${random.slice(0, 12)}`,
  (random) => `${random.slice(0, 5)}/${random.slice(5, 8)}[u]^*&#+,${random.slice(8, 14)}`,
]

/** Planted values by the name of the place they were planted in. */
export class Canaries {
  readonly #values = new Map<string, string>()

  /** A new value nobody else has: long, short, or full of what encoders change, in turn. */
  plant(name: string): string {
    const shape = SHAPES[this.#values.size % SHAPES.length]!
    return this.add(name, shape(randomBytes(15).toString('hex')))
  }

  /** A value that came to be by itself: a key, a signature, what the broker made up. */
  add(name: string, value: string): string {
    if (value.length < 10) throw new Error(`What was planted as ${name} is too short to be looked for.`)
    this.#values.set(name, value)
    return value
  }

  get names(): string[] {
    return [...this.#values.keys()]
  }

  /** Which of them can be read from the bytes, in any of the usual encodings. */
  findIn(bytes: Uint8Array | string): string[] {
    const text = Buffer.from(bytes).toString('latin1')
    const plain = [text, text.toLowerCase(), decodePercent(text)]
    return [...this.#values]
      .filter(([, value]) => formsOf(value).some((form) => plain.some((each) => each.includes(form))))
      .map(([name]) => name)
  }
}

function formsOf(value: string): string[] {
  const bytes = Buffer.from(value)
  const shifted = [0, 1, 2].flatMap((before) => {
    const padded = Buffer.concat([Buffer.alloc(before), bytes])
    // Only what does not depend on its neighbours.
    const [from, to] = [before === 0 ? 0 : 4, Math.floor(padded.length / 3) * 4]
    return [padded.toString('base64').slice(from, to), padded.toString('base64url').slice(from, to)]
  })
  const json = JSON.stringify(value).slice(1, -1)
  return [
    value,
    json,
    encodeURIComponent(value),
    bytes.toString('hex'),
    bytes.toString('utf16le'),
    ...shifted,
  ]
}

const decodePercent = (text: string): string =>
  text.replace(/%([0-9a-f]{2})/gi, (_all, hex) => String.fromCharCode(Number.parseInt(hex, 16)))
