import { expectToHold } from './expectToHold.ts';
import { forgetKill } from './forget/forgetKill.ts';

expectToHold(forgetKill);
