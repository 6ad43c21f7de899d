/** An answer of a token endpoint, as somebody pasted it. */
export interface Sample {
  status: number
  body: string
}

/** What paths walk: the members of JSON or of a form; undefined for other text. */
export function readSample({ body }: Sample): unknown {
  const text = body.trim()
  if (text === '') return undefined
  try {
    return JSON.parse(text)
  } catch {
    const isForm = /^[\w.%+-]+=[^\s<>]*(&[\w.%+-]+=[^\s<>]*)*$/.test(text)
    return isForm ? Object.fromEntries(new URLSearchParams(text)) : undefined
  }
}
