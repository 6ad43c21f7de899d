import { stringFilter } from './filter.ts'
export const format = stringFilter('format', 'ignored', (x) => x)
