/** Asks again and again until the answer is neither false nor nothing; throws when it never is. */
export async function awaitUntil<T>(
  what: string,
  look: () => T | Promise<T>,
  boundSeconds = 45,
): Promise<Exclude<T, false | null | undefined>> {
  const giveUpAt = performance.now() + boundSeconds * 1000
  for (;;) {
    const seen = await look()
    if (seen !== false && seen !== null && seen !== undefined) {
      return seen as Exclude<T, false | null | undefined>
    }
    if (performance.now() > giveUpAt) throw new Error(`It never came to be: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
