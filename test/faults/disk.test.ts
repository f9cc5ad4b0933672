import { diskFaults } from './disk/diskFaults.ts';
import { expectToHold } from './expectToHold.ts';

expectToHold(diskFaults);
