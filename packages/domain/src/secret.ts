/**
 * A value that must not be printed. Every way JavaScript turns an object into text answers `[secret]`;
 * only {@link Secret.reveal} hands the value out, so that each use can be found by name.
 */
export class Secret {
  readonly #value: string

  constructor(value: string) {
    this.#value = value
  }

  /** The value itself. Call it only where the value is sealed, sent or signed with. */
  reveal(): string {
    return this.#value
  }

  /** True for the empty string, without revealing anything else. */
  get isEmpty(): boolean {
    return this.#value.length === 0
  }

  toString(): string {
    return '[secret]'
  }

  toJSON(): string {
    return '[secret]'
  }

  /** What `console.log` and `util.inspect` show. */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return '[secret]'
  }
}

/** Plain text or a secret; what goes into a request. */
export type Text = string | Secret

/** Reveals where a plain string is needed at the edge of the world. */
export const revealText = (text: Text): string => (typeof text === 'string' ? text : text.reveal())
