import { Fault } from '../fault.ts'

/** A fault at a place of the source that is known at once. */
export class PlacedFault extends Error {
  readonly fault: Fault
  readonly at: number

  constructor(fault: Fault, at: number) {
    super(fault.message)
    this.fault = fault
    this.at = at
  }
}

/** Text that is no template. */
export function syntaxError(at: number, message: string, expected?: string): PlacedFault {
  return new PlacedFault(new Fault('parse', message, expected), at)
}
