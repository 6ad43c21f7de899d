const SHORT: Readonly<Record<string, string>> = { id: 'ID', url: 'URL', uri: 'URI', api: 'API' }

/** A name as a person reads it: `customerId` is "Customer ID". */
export function titleOf(name: string): string {
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .split(/[\s_]+/)
    .filter(Boolean)
    .map((word) => SHORT[word.toLowerCase()] ?? word.toLowerCase())
  const title = words.join(' ')
  return title.charAt(0).toUpperCase() + title.slice(1)
}
