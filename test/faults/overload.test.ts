import { expectToHold } from './expectToHold.ts';
import { overload } from './overload/overload.ts';

expectToHold(overload);
