/**
 * How a filter or function takes its arguments.
 *
 * - names: by these, in this order; one too many or with another name is an error, one not given is null;
 * - `'positional'`: any number, none with a name;
 * - `'padded'`: any number; each one with a name adds a null at the end, as Pebble's variadic ones do;
 * - `'ignored'`: evaluated and dropped.
 */
export type Parameters = readonly string[] | 'positional' | 'padded' | 'ignored'
