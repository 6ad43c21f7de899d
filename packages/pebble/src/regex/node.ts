/** A set of code points. */
export type CharSet = (codePoint: number) => boolean

/** A condition on the place between two code points; null stands for the ends of the text. */
export type Assertion = (text: string, at: number) => boolean

/** A parsed regular expression. Groups leave no trace: only the bounds of a match are of interest. */
export type Node =
  | { readonly kind: 'set'; readonly set: CharSet }
  | { readonly kind: 'assertion'; readonly holds: Assertion }
  | { readonly kind: 'sequence'; readonly items: readonly Node[] }
  | { readonly kind: 'choice'; readonly options: readonly Node[] }
  | {
      readonly kind: 'repeat'
      readonly item: Node
      readonly least: number
      readonly most: number
      readonly greedy: boolean
    }

export const EMPTY: Node = { kind: 'sequence', items: [] }

/** What `(?i)` and its like switch on. */
export interface Flags {
  readonly ignoreCase: boolean
  readonly unicodeCase: boolean
  readonly dotAll: boolean
  readonly multiline: boolean
  readonly comments: boolean
  readonly unixLines: boolean
}

export const NO_FLAGS: Flags = {
  ignoreCase: false,
  unicodeCase: false,
  dotAll: false,
  multiline: false,
  comments: false,
  unixLines: false,
}
