import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { Random } from '../src/engine/math/random.ts';

const RATINGS_OF_A_USER = 100;
const MOVIES = 20_000;
const FIRST_SECOND = 1_000_000_000;
const CHUNK = 2 ** 20; // characters

/** `user`: sorted by user, movie and time at once, a user's ratings in one session. `time`: sorted by time alone, users at random. */
export type FileOrder = 'user' | 'time';

/** Writes a CSV file of made-up ratings in half stars; none replaces another in the order of users, few do in the order of times. */
export async function writeRatingsFile(path: string, rows: number, order: FileOrder): Promise<void> {
  const random = new Random(1);
  const users = Math.max(1, Math.floor(rows / RATINGS_OF_A_USER));
  const file = createWriteStream(path);
  let text = 'userId,movieId,rating,timestamp\n';
  for (let row = 0; row < rows; row += 1) {
    const user = order === 'user' ? Math.floor(row / RATINGS_OF_A_USER) : random.below(users);
    const step = MOVIES / RATINGS_OF_A_USER;
    const movie = order === 'user' ? (row % RATINGS_OF_A_USER) * step + random.below(step) : random.below(MOVIES);
    text += `${user + 1},${movie + 1},${(1 + random.below(10)) / 2},${FIRST_SECOND + 10 * row}\n`;
    if (text.length < CHUNK) continue;
    if (!file.write(text)) await once(file, 'drain');
    text = '';
  }
  file.end(text);
  await once(file, 'close');
}
