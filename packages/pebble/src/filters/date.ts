import { stringFilter } from './filter.ts'
export const date = stringFilter('date', 'ignored', (x) => x)
