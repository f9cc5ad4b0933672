import { diskFaults } from './disk/diskFaults.ts';
import type { Fault } from './fault.ts';
import { forgetKill } from './forget/forgetKill.ts';
import { fuzz } from './fuzz/fuzz.ts';
import { hostileStreams } from './hostile/hostileStreams.ts';
import { kill } from './kill/kill.ts';
import { soak } from './load/soak.ts';
import { trainingLatency } from './load/trainingLatency.ts';
import { overload } from './overload/overload.ts';
import { powerCut } from './powerCut/powerCut.ts';
import { slow } from './slow/slow.ts';
import { trainerFaults } from './trainer/trainerFaults.ts';

/** Every kind of trouble that is made on purpose, in the order of the table. */
export const FAULTS: readonly Fault[] = [
  kill,
  powerCut,
  forgetKill,
  diskFaults,
  trainerFaults,
  hostileStreams,
  trainingLatency,
  overload,
  slow,
  fuzz,
];

/** Those that take so long that they are only made when they are named. */
export const ON_DEMAND: readonly Fault[] = [soak];
