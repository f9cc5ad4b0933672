import { expectToHold } from './expectToHold.ts';
import { trainingLatency } from './load/trainingLatency.ts';

expectToHold(trainingLatency);
