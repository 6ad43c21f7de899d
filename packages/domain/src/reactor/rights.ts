/** Rights of a caller in the words of Reactor: all of them come with writing. */
export const RIGHTS = [
  'approve',
  'develop',
  'edit_property',
  'manage_environments',
  'manage_extensions',
  'manage_properties',
  'publish',
] as const
