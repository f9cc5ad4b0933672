import { expectToHold } from './expectToHold.ts';
import { slow } from './slow/slow.ts';

expectToHold(slow);
