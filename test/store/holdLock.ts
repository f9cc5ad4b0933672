// Takes the lock of a database, says so, and holds it: `node --import tsx holdLock.ts PATH COMMAND`.
// `drain` on standard input marks it as stopping, `release` gives it back and ends.
import { createInterface } from 'node:readline';
import { acquireLock } from '../../src/store/lock.ts';

const [path, command] = process.argv.slice(2);
try {
  const lock = await acquireLock(path!, { command: command!, clock: Date.now });
  console.log('held');
  createInterface(process.stdin).on('line', (word) => {
    if (word === 'drain') lock.drain();
    if (word === 'release') lock.release();
    console.log(word);
    if (word === 'release') process.exit(0);
  });
} catch (error) {
  console.log((error as Error).message);
}
