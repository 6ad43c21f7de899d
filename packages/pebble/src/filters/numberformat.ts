import { stringFilter } from './filter.ts'
export const numberformat = stringFilter('numberformat', 'ignored', (x) => x)
