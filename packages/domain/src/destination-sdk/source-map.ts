import type { Problem } from '../error.ts'

/** Where each part of a recipe came from, so that a problem names the member that was sent. */
export class SourceMap {
  readonly #places: Array<readonly [recipePath: string, pointer: string]> = []
  readonly #base: string

  constructor(base: string) {
    this.#base = base
  }

  add(recipePath: string, pointer: string): void {
    this.#places.push([recipePath, this.#base + pointer])
  }

  /** The pointer into what was sent; the entry itself when nothing closer is known. */
  pointerOf(path: string): string {
    const places = this.#places.filter(([known]) => path === known || path.startsWith(`${known}/`))
    const [known, pointer] = places.sort(([a], [b]) => b.length - a.length)[0] ?? ['', this.#base]
    return known === path || known === '' ? pointer : pointer + this.#renamed(path.slice(known.length))
  }

  translate(problem: Problem): Problem {
    // A template is an object in a recipe, and a text with its strategy beside it on this side.
    return { ...problem, path: this.pointerOf(problem.path).replace(/\/template$/, '') }
  }

  /** Members of a field have other names on this side. */
  #renamed(rest: string): string {
    const [, member = '', further = ''] = /^\/([^/]*)(.*)$/.exec(rest) ?? []
    return `/${MEMBERS[member] ?? member}${further}`
  }
}

const MEMBERS: Readonly<Record<string, string>> = {
  from_response: 'authenticationResponsePath',
  required: 'isRequired',
  supplied_by: 'source',
  secret: 'format',
}
