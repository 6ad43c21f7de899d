/** Whether a unit stays as it is in a form: letters, digits and `* - . _`. */
const PLAIN = new Uint8Array(128)
for (const unit of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789*-._') {
  PLAIN[unit.charCodeAt(0)] = 1
}

/** What `encodeURIComponent` leaves alone although forms do not. */
const MISSED = /[!'()~]|%20/g
const MISSED_CODES: Readonly<Record<string, string>> = {
  '!': '%21',
  "'": '%27',
  '(': '%28',
  ')': '%29',
  '~': '%7E',
  '%20': '+',
}

/** Java's `URLEncoder` with UTF-8. A surrogate without its partner becomes `%3F`. */
export function formEncode(text: string): string {
  for (let i = 0; i < text.length; i++) {
    if (PLAIN[text.charCodeAt(i)] !== 1) return encodeAll(text)
  }
  return text
}

function encodeAll(text: string): string {
  const whole = text.isWellFormed() ? text : text.replace(/\p{Surrogate}/gu, '?')
  return encodeURIComponent(whole).replace(MISSED, (found) => MISSED_CODES[found] as string)
}
