import { expectToHold } from './expectToHold.ts';
import { powerCut } from './powerCut/powerCut.ts';

expectToHold(powerCut);
