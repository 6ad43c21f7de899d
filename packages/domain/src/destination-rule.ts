/** A URL a token may go to, parsed: scheme, host or `*.host`, port, path prefix, methods. */
export interface DestinationRule {
  /** As it was written, for people and for `explain`. */
  url: string
  scheme: 'https' | 'http' | 'wss' | 'ws'
  /** Lower case, no trailing dot, punycode. Without the `*.` when `subdomains`. */
  host: string
  /** True for `*.host`: one or more labels in front, never the host itself. */
  subdomains: boolean
  port: number
  /** Starts and ends with `/`, or is an exact path. */
  path: string
  /** Upper case; null is every method. */
  methods: readonly string[] | null
}
