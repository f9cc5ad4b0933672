import { expectToHold } from './expectToHold.ts';
import { fuzz } from './fuzz/fuzz.ts';

expectToHold(fuzz);
