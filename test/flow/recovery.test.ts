import { cpSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { decodeTensors, encodeTensors } from '../../src/engine/training/tensorFile.ts';
import { SnapshotFolder, type SnapshotName } from '../../src/store/snapshots.ts';
import { openTestRecommender, rateMany, rating, type TestRecommender } from '../support/recommender.ts';

let made: { readonly path: string; readonly before: unknown };
beforeAll(async () => {
  made = await makeClosed();
});
afterAll(() => rmSync(dirname(made.path), { recursive: true, force: true }));

let open: TestRecommender[] = [];
afterEach(async () => {
  for (const running of open.reverse()) await running.remove();
  open = [];
});

/** A recommender with a version, two checkpoints and events after each, closed; and what it answered. */
async function makeClosed(): Promise<typeof made> {
  const first = openTestRecommender();
  await rateMany(first.recommender, 20, 20);
  const ended = new Promise((resolve) => {
    first.recommender.onTrainingProgress(({ finished }) => finished && resolve(true));
  });
  first.recommender.train(['MF']);
  await ended;
  await first.recommender.rate(rating('u1', 'm1', 3));
  const second = await first.reopen();
  await second.recommender.rate(rating('u2', 'm2', 5));
  const before = answersOf(second);
  await second.recommender.close();
  second.store.close();
  return { path: second.path, before };
}

/** A copy of it, to be damaged. */
function closed(): { path: string; before: unknown; folder: SnapshotFolder } {
  const copy = mkdtempSync(join(tmpdir(), 'tastegraph-recovery-'));
  cpSync(dirname(made.path), copy, { recursive: true });
  const path = join(copy, basename(made.path));
  return { path, before: made.before, folder: new SnapshotFolder(path) };
}

function answersOf({ recommender }: TestRecommender): unknown {
  return ['u1', 'u7', 'stranger'].map((userId) => {
    const { score, variance } = recommender.predict(userId, 'm9', 'HYBRID');
    return [userId, score, variance, recommender.modelStatus().version, recommender.live.sequence];
  });
}

/** Starts again, and keeps what was warned of. */
function startAgain(path: string): { answers: unknown; warnings: string } {
  let warnings = '';
  const write = (line: string) => {
    warnings += line;
  };
  const logger = pino({ level: 'warn' }, { write });
  const running = openTestRecommender({ logger }, path);
  open.push(running);
  return { answers: answersOf(running), warnings };
}

/** What may befall a file. */
const DAMAGES: Record<string, (path: string, name: SnapshotName) => void> = {
  'cut off': (path) => writeFileSync(path, readFileSync(path).subarray(0, 5_000)),
  'cut off in its first bytes': (path) => writeFileSync(path, readFileSync(path).subarray(0, 4)),
  empty: (path) => writeFileSync(path, ''),
  'changed in one bit': (path) => {
    const bytes = readFileSync(path);
    bytes[bytes.length - 9]! ^= 1;
    writeFileSync(path, bytes);
  },
  'something else': (path) => writeFileSync(path, 'the quick brown fox jumps over the lazy dog'),
  'not numbers': (path) => {
    const { tensors, metadata } = decodeTensors(readFileSync(path));
    const { sha256: _, ...rest } = metadata;
    tensors.get('variational.users.p')!.data[3] = Number.NaN;
    writeFileSync(path, Buffer.concat(encodeTensors({ tensors, metadata: rest }).chunks));
  },
  'the state of another sequence': (path, { file }) => {
    const [, before] = new SnapshotFolder(path.replace(/\.models\/.*/, '')).list().filter(({ kind }) => kind === 'checkpoint');
    expect(before?.file).not.toBe(file);
    writeFileSync(path, readFileSync(path.replace(file, before!.file)));
  },
};

describe('a start', () => {
  it.each(Object.keys(DAMAGES))('skips a newest checkpoint that is %s, says so, and answers as before', (damage) => {
    const { path, before, folder } = closed();
    const [newest] = folder.list();
    expect(newest!.kind).toBe('checkpoint');
    DAMAGES[damage]!(folder.pathOf(newest!.file), newest!);
    const { answers, warnings } = startAgain(path);
    expect(warnings).toContain(`Skipping ${newest!.file}`);
    expect(answers).toEqual(before);
  });

  it('without any good checkpoint goes on from the version, and without that from the log alone', () => {
    const { path, before, folder } = closed();
    for (const { kind, file } of folder.list()) if (kind === 'checkpoint') DAMAGES['cut off']!(folder.pathOf(file), folder.nameOf(file)!);
    expect(startAgain(path).answers).toEqual(before);
    for (const { file } of folder.list()) DAMAGES['cut off']!(folder.pathOf(file), folder.nameOf(file)!);
    const { warnings } = startAgain(path);
    expect(warnings).toMatch(/Version 1 can't be loaded/);
  });

  it('leaves alone what is no model file, and drops what was written only in part', () => {
    const { path, before, folder } = closed();
    const [newest] = folder.list();
    writeFileSync(folder.pathOf('notes.txt'), 'mine');
    renameSync(folder.pathOf(newest!.file), folder.pathOf(`${newest!.file}.tmp`));
    const { answers, warnings } = startAgain(path);
    expect(answers).toEqual(before);
    expect(warnings).toBe('');
    expect(folder.has('notes.txt')).toBe(true);
    expect(folder.has(`${newest!.file}.tmp`)).toBe(false);
  });
});
