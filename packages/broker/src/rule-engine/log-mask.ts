import { spellingsOf } from './artifact-spellings.ts'

const SPECIAL = /[.*+?^${}()|[\]\\/-]/g
const quote = (text: string): string => text.replace(SPECIAL, '\\$&')

/** Matches nothing: an empty expression would match everywhere. */
const NOTHING = '(?!)'

/**
 * Finds every artifact as it may stand in a log: plain or as a data element changed it, as a URL, and as JSON inside of
 * JSON writes it. It takes the place of the list of expressions that the engine joins, and of the expression that it
 * makes of them: artifacts are hardly ever in a line, so a plain search comes first.
 */
export class LogMask {
  readonly #texts: readonly string[]
  readonly #expression: RegExp

  constructor(artifacts: readonly string[]) {
    const spellings = new Set<string>()
    for (const artifact of artifacts.flatMap(spellingsOf)) {
      let text = artifact
      for (let depth = 0; depth < 4 && text !== ''; depth += 1) {
        spellings.add(text)
        text = JSON.stringify(text).slice(1, -1)
      }
      if (artifact !== '') spellings.add(encodeURIComponent(artifact))
    }
    // The longest come first, so that none is masked only in part.
    this.#texts = [...spellings].sort((a, b) => b.length - a.length)
    this.#expression = new RegExp(this.#texts.map(quote).join('|') || NOTHING, 'g')
  }

  join(): this {
    return this
  }

  [Symbol.replace](text: string, mask: (found: string) => string): string {
    return this.#texts.some((one) => text.includes(one)) ? text.replace(this.#expression, mask) : text
  }
}

/** For logs that nobody will read: their lines are left empty. */
export class NoLogs extends LogMask {
  constructor() {
    super([])
  }

  override [Symbol.replace](): string {
    return ''
  }
}
