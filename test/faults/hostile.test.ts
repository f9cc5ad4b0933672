import { expectToHold } from './expectToHold.ts';
import { hostileStreams } from './hostile/hostileStreams.ts';

expectToHold(hostileStreams);
