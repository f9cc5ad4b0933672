// Rates through the group commit and kills itself when the last rating is answered: `node --import tsx rateAndDie.ts PATH COUNT`.
import { GroupCommit } from '../../src/store/groupCommit.ts';
import { Store } from '../../src/store/store.ts';

const [path, count] = process.argv.slice(2);
const store = Store.open(path!, { clock: Date.now });
const group = new GroupCommit((work) => store.transaction(work), { capacity: 10_000 });
await Promise.all(
  Array.from({ length: Number(count) }, (_, n) =>
    group.submit(
      () => store.rate({ userId: 'u', movieId: `m${n}`, rating: 3, ratedAt: null, requestId: `r${n}` }),
      () => undefined,
    ),
  ),
);
process.kill(process.pid, 'SIGKILL');
