import { expectToHold } from './expectToHold.ts';
import { trainerFaults } from './trainer/trainerFaults.ts';

expectToHold(trainerFaults);
