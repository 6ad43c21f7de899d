/** Under which documents and entries of the apps are kept. */
export const DOOR = 'apps'
