import type { Strategy } from './strategy.ts'

const SPECIAL = /[&<>"']/g
const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** For text and quoted attributes of HTML. */
export const html: Strategy = (text) =>
  isPlain(text) ? text : text.replace(SPECIAL, (found) => ENTITIES[found] as string)

/** Most texts have nothing to escape, and a look at their units is the fastest way to know. */
function isPlain(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit <= 0x3e && (unit === 0x26 || unit === 0x3c || unit === 0x3e || unit === 0x22 || unit === 0x27))
      return false
  }
  return true
}
