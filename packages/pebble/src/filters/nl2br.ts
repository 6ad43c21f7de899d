import { stringFilter } from './filter.ts'

/** An HTML line break for each line break. */
export const nl2br = stringFilter('nl2br', 'ignored', (input, _args, render) => {
  const result = input.replace(/\r\n|\r|\n/g, '<br />')
  render.chargeText(result.length)
  return result
})
