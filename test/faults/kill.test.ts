import { expectToHold } from './expectToHold.ts';
import { kill } from './kill/kill.ts';

expectToHold(kill);
