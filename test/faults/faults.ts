import type { Fault } from './fault.ts';
import { kill } from './kill/kill.ts';

/** Every kind of trouble that is made on purpose, in the order of the table. */
export const FAULTS: readonly Fault[] = [kill];
