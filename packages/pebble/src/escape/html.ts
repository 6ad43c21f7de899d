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
export const html: Strategy = (text) => text.replace(SPECIAL, (found) => ENTITIES[found] as string)
