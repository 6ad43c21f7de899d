/** The places at which a process can be made to end, in the order of an exchange. */
export const POINTS = [
  'before intent',
  'after intent',
  'after sending',
  'after answer',
  'before save',
  'after save',
] as const
export type Point = (typeof POINTS)[number]

/** A fault that is put into the broker on purpose, to see that it is found. */
export type Plant = 'journal'
