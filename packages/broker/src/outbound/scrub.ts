/** Removes values that must not be seen from text that is about to be kept. */
export interface Scrubber {
  scrub(text: string): string
}

const MARK = '[redacted]'
/** Values shorter than this are part of ordinary words: a text that has one is hidden as a whole. */
const MIN_REPLACED = 4
/** How many layers of escaping are looked through: a value in JSON in a form in a URL has three. */
const LAYERS = 3

/**
 * Knows secrets in the forms they travel in. A form that can be replaced in place is; if one still shows
 * through layers of percent, JSON or HTML escapes, the whole text is hidden.
 */
export function createScrubber(secrets: readonly string[]): Scrubber {
  const values = separateValues(secrets)
  /** By how many of the values: those that are not longer than a text. */
  let prepared: Map<number, { replaced: string[]; revealing: string[] }> | null = null

  /** No form of a value is shorter than the value: a text is searched for what could fit into it. */
  function countNear(text: string): number {
    let count = 0
    while (count < values.length && values[count]!.value.length <= text.length) count += 1
    return count
  }

  function formsOf(count: number) {
    prepared ??= new Map()
    let forms = prepared.get(count)
    if (forms === undefined) {
      const near = values.slice(0, count)
      forms = {
        replaced: longestFirst(near.flatMap(listForms).filter((form) => form.length >= MIN_REPLACED)),
        revealing: [...new Set(near.flatMap(({ value, encoded }) => [value, ...encoded]))],
      }
      prepared.set(count, forms)
    }
    return forms
  }

  /** True for a text without escapes that holds no value: most texts, and told without making every form. */
  function isPlainlyClean(text: string, count: number): boolean {
    if (ESCAPES.test(text)) return false
    const run = longestRun(text)
    for (let i = 0; i < count; i++) if (values[i]!.isIn(text, run)) return false
    return true
  }

  return {
    scrub(text) {
      const count = countNear(text)
      if (count === 0 || isPlainlyClean(text, count)) return text
      const { replaced, revealing } = formsOf(count)
      let clean = text
      for (const form of replaced) if (clean.includes(form)) clean = clean.replaceAll(form, MARK)
      return shows(clean, revealing) ? hide(text) : clean
    },
  }
}

/** What percent, form, JSON and HTML escapes begin with. A text without them holds a value as it is or encoded. */
const ESCAPES = /[+%\\&]/

/** A secret with its forms in other alphabets, which are made when a text could hold them. */
class KnownValue {
  readonly value: string
  #encodedFrom = 0
  #encoded: readonly string[] | null = null

  constructor(value: string) {
    this.value = value
  }

  get encoded(): readonly string[] {
    this.#encoded ??= encodeBytes(this.value)
    return this.#encoded
  }

  /** Whether a text without escapes holds it; `run` is the longest run of such alphabets in there. */
  isIn(text: string, run: number): boolean {
    if (text.includes(this.value)) return true
    return run >= this.#leastEncoded() && this.encoded.some((form) => text.includes(form))
  }

  /** Length of the shortest form that {@link encodeBytes} makes, or less. */
  #leastEncoded(): number {
    if (this.#encodedFrom === 0) {
      this.#encodedFrom = Math.max(1, Math.floor((Buffer.byteLength(this.value) * 4) / 3) - 1)
    }
    return this.#encodedFrom
  }
}

/** Characters in a row that can stand in base64 of both alphabets, or in hexadecimal. */
function longestRun(text: string): number {
  let longest = 0
  let start = 0
  for (let i = 0; i < text.length; i++) {
    if (inAlphabets(text.charCodeAt(i))) continue
    longest = Math.max(longest, i - start)
    start = i + 1
  }
  return Math.max(longest, text.length - start)
}

/** `0-9 A-Z a-z + / - _` */
const inAlphabets = (code: number): boolean =>
  (code >= 97 && code <= 122) ||
  (code >= 65 && code <= 90) ||
  (code >= 47 && code <= 57) ||
  code === 43 ||
  code === 45 ||
  code === 95

/** Of the list that is in use: one exchange has many texts, and they come in one go. */
let current: { list: readonly string[]; scrubber: Scrubber } | null = null

/** The scrubber of a list that does not change any more. */
export function scrubberOf(secrets: readonly string[]): Scrubber {
  if (current?.list === secrets) return current.scrubber
  const made = { list: secrets, scrubber: createScrubber(secrets) }
  current = made
  // Secrets do not stay behind.
  queueMicrotask(() => {
    if (current === made) current = null
  })
  return made.scrubber
}

/** What stands for a hidden text. */
export const hide = (text: string) => `[redacted, ${text.length} characters]`

/** What is looked for, each once, the shortest first. */
function separateValues(secrets: readonly string[]): KnownValue[] {
  const values: KnownValue[] = []
  for (const secret of secrets) {
    for (const line of separateLines(secret)) {
      if (line !== '' && !values.some(({ value }) => value === line)) values.push(new KnownValue(line))
    }
  }
  return values.sort((a, b) => a.value.length - b.value.length)
}

/** A PEM may be quoted line by line. Its first and last line are no secret. */
function separateLines(secret: string): string[] {
  const isOneLine = !secret.includes('\n') && !secret.includes('\\n')
  if (isOneLine) return secret.trim() === secret ? [secret] : [secret, secret.trim()]
  const lines = secret.split(/\r\n|\n|\\n/).filter((line) => line.length >= 16 && !line.startsWith('-----'))
  return [secret, secret.trim(), ...lines]
}

const longestFirst = (forms: string[]) => [...new Set(forms)].sort((a, b) => b.length - a.length)

/** The usual ways a value is written; rarer ones are found by {@link shows}. */
function listForms({ value, encoded }: KnownValue): string[] {
  const wellFormed = value.toWellFormed()
  const json = JSON.stringify(value).slice(1, -1)
  const uri = encodeURIComponent(wellFormed)
  const form = new URLSearchParams([['', wellFormed]]).toString().slice(1)
  return [value, json, json.replaceAll('/', '\\/'), uri, form, ...encoded]
}

/** Base64 in both alphabets, wherever the value starts within it, and hexadecimal. */
function encodeBytes(value: string): string[] {
  const bytes = Buffer.from(value)
  const hex = bytes.toString('hex')
  const shifted = [0, 1, 2].flatMap((before) => {
    const padded = Buffer.concat([Buffer.alloc(before), bytes])
    // Only the characters that depend on nothing but the value.
    const [start, end] = [before === 0 ? 0 : before + 1, Math.floor((padded.length * 8) / 6)]
    return [padded.toString('base64').slice(start, end), padded.toString('base64url').slice(start, end)]
  })
  return [hex, hex.toUpperCase(), ...shifted].filter((form) => form.length >= MIN_REPLACED)
}

/** Whether one of the forms can be read from the text, escapes undone in any order. */
function shows(text: string, forms: readonly string[]): boolean {
  if (!ESCAPES.test(text)) return forms.some((form) => text.includes(form))
  let layers = new Set([text])
  for (let depth = 0; depth <= LAYERS; depth++) {
    for (const layer of layers) if (forms.some((form) => layer.includes(form))) return true
    // Most texts have no escapes: then the set stays at one.
    layers = new Set([...layers].flatMap((layer) => UNESCAPES.map((undo) => undo(layer))))
  }
  return false
}

const UNESCAPES: ReadonlyArray<(text: string) => string> = [
  (text) => text.replaceAll('+', ' '),
  (text) =>
    text.replace(/(?:%[0-9a-f]{2})+/gi, (run) => Buffer.from(run.replaceAll('%', ''), 'hex').toString()),
  (text) =>
    text.replace(/\\(?:u([0-9a-f]{4})|x([0-9a-f]{2})|(.))/gis, (_all, unit, byte, plain) =>
      unescapeJson(unit ?? byte, plain),
    ),
  (text) => text.replace(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(\w{2,4}));/gi, unescapeHtml),
]

const JSON_ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' }
const HTML_ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

function unescapeJson(code: string | undefined, plain: string): string {
  return code === undefined ? (JSON_ESCAPES[plain] ?? plain) : String.fromCharCode(Number.parseInt(code, 16))
}

function unescapeHtml(
  all: string,
  hex: string | undefined,
  decimal: string | undefined,
  name: string,
): string {
  const code = hex !== undefined ? Number.parseInt(hex, 16) : Number(decimal)
  if (hex === undefined && decimal === undefined) return HTML_ENTITIES[name.toLowerCase()] ?? all
  return code <= 0x10ffff ? String.fromCodePoint(code) : all
}
