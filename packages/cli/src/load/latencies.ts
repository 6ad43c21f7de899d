/** Bucket `i` holds latencies up to `1.02^i` microseconds: one percent either way, in a kilobyte. */
const STEP = Math.log(1.02)
const BUCKETS = 1_024

/** Counts latencies without keeping each, so that a long run needs no more memory than a short one. */
export class Latencies {
  readonly #buckets = new Uint32Array(BUCKETS)
  #count = 0

  add(ms: number): void {
    const bucket = Math.round(Math.log(Math.max(1, ms * 1000)) / STEP)
    this.#buckets[Math.min(BUCKETS - 1, bucket)]! += 1
    this.#count += 1
  }

  /** Milliseconds below which the share `quantile` of all lies; NaN without any. */
  at(quantile: number): number {
    let left = Math.ceil(this.#count * quantile)
    for (let bucket = 0; bucket < BUCKETS; bucket += 1) {
      left -= this.#buckets[bucket]!
      if (left <= 0 && this.#count > 0) return Math.exp(bucket * STEP) / 1000
    }
    return Number.NaN
  }
}
