import { formEncode } from '../functions/form-encoding.ts'
import { stringFilter } from './filter.ts'

/** Encodes for `application/x-www-form-urlencoded`. */
export const urlencode = stringFilter('urlencode', 'ignored', (input, _args, render) => {
  const encoded = formEncode(input)
  render.chargeText(encoded.length)
  return encoded
})
