import type { Strategy } from './strategy.ts'
import { hex } from './strategy.ts'

const HEX_DIGIT = /[0-9A-Fa-f]/

/** For identifiers of CSS. */
export const css: Strategy = (text) => {
  const characters = [...text]
  return characters.map((character, i) => escapeAt(character, characters[i + 1] ?? '', i === 0)).join('')
}

function escapeAt(character: string, next: string, isFirst: boolean): string {
  if (/[A-Za-z]/.test(character)) return character
  if (/[0-9]/.test(character)) return isFirst ? numeric(character, next) : character
  if (character === '-') return isFirst && /[-0-9]/.test(next) ? '\\-' : '-'
  if (character === '_') return isFirst ? '\\_' : '_'
  if (character === ':') return numeric(character, next)
  return character >= ' ' && character <= '~' ? `\\${character}` : numeric(character, next)
}

/** A space ends the digits where the text goes on with one. */
function numeric(character: string, next: string): string {
  return `\\${hex(character.codePointAt(0) as number, 1)}${HEX_DIGIT.test(next) ? ' ' : ''}`
}
