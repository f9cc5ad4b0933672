import type { Fault } from './fault.ts';

/** Every kind of trouble that is made on purpose, in the order of the table. */
export const FAULTS: readonly Fault[] = [];
