import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Random } from '../../../src/engine/math/random.ts';
import type { Fault, Finding, Size } from '../fault.ts';
import { fillDatabase, inFolder } from '../place.ts';
import { trainFactorization, withRecommender } from '../states.ts';
import { Disk, writeState } from './disk.ts';
import { judge } from './judge.ts';
import { FORGOTTEN, type Recording, record } from './recorded.ts';
import type { Operation } from './trace.ts';

const CUTS: Record<Size, number> = { short: 20, long: 600 };
const TURNS: Record<Size, number> = { short: 20, long: 60 };

/** A run of a server is recorded, and the disk rebuilt as a power cut at any moment may leave it. */
export const powerCut: Fault = {
  name: 'powerCut',
  what: 'the power goes at any moment of a run with checkpoints, a training and users who are forgotten',
  run: (size, tell) => inFolder((folder) => cutEverywhere(folder, size, tell)),
};

async function cutEverywhere(folder: string, size: Size, tell: (line: string) => void): Promise<readonly Finding[]> {
  const root = join(folder, 'root');
  const image = join(folder, 'image');
  mkdirSync(root);
  const db = join(root, 'taste.db');
  const films = fillDatabase(db, 400);
  await withRecommender(db, trainFactorization);
  cpSync(root, image, { recursive: true });
  const recording = await record(folder, root, films, TURNS[size]);
  const { operations } = recording;
  const happened = contents(operations);
  tell(`${operations.length} operations: ${JSON.stringify(happened)}`);
  const replay = new Replay(folder, root, image, recording);
  const result = replay.run(chosenCuts(operations, CUTS[size]), tell);
  return [
    {
      what: 'cuts, states of the disk',
      seen: `${result.cuts}, ${result.states}`,
      bar: `>= ${CUTS[size]} cuts`,
      holds: result.cuts >= CUTS[size],
    },
    {
      what: 'recorded before them',
      seen: Object.entries(happened)
        .map(([what, count]) => `${what} ${count}`)
        .join(', '),
      bar: 'each > 0',
      holds: Object.values(happened).every((count) => count > 0),
    },
    {
      what: 'states with something lost, doubled, remembered or other than the log says',
      seen: [`${result.wrong.length}`, ...result.wrong.slice(0, 3)].join('; '),
      bar: '0',
      holds: result.wrong.length === 0,
    },
  ];
}

/** What a run must have had in it, or its cuts prove little. */
function contents(operations: readonly Operation[]): Record<string, number> {
  const renamed = (kind: string) =>
    operations.filter((operation) => operation.kind === 'rename' && operation.to.includes(`/${kind}-`)).length;
  const told = operations.filter((operation) => operation.kind === 'told').map(({ text }) => text);
  return {
    acknowledgements: told.filter((text) => text.includes('"a_')).length,
    checkpoints: renamed('checkpoint'),
    versions: renamed('model'),
    forgotten: told.filter((text) => text.includes('"f_')).length,
    removed: operations.filter(({ kind }) => kind === 'unlink').length,
    truncated: operations.filter(({ kind }) => kind === 'truncate').length,
  };
}

/** After each rename, removal and truncation, around the answers to who is forgotten, and a sample of all other moments. */
function chosenCuts(operations: readonly Operation[], count: number): number[] {
  const telling = operations.flatMap((operation, at) => (isTelling(operation) ? [at, at + 1] : []));
  const random = new Random(11);
  const shuffled = (list: readonly number[]) => list.map((at) => ({ at, by: random.uniform() })).sort((left, right) => left.by - right.by);
  const cuts = new Set(
    shuffled([...new Set(telling)])
      .slice(0, Math.ceil(count / 2))
      .map(({ at }) => at),
  );
  for (const { at } of shuffled(operations.map((_, index) => index + 1))) {
    if (cuts.size >= count) break;
    cuts.add(at);
  }
  return [...cuts].sort((left, right) => left - right);
}

function isTelling(operation: Operation): boolean {
  if (operation.kind === 'told') return operation.text.includes('"f_');
  return operation.kind === 'rename' || operation.kind === 'unlink' || operation.kind === 'truncate';
}

interface Result {
  readonly cuts: number;
  readonly states: number;
  readonly wrong: readonly string[];
}

/** Goes through a recording once, and at each cut makes and judges all that the disk may hold. */
export class Replay {
  private readonly place: string;
  private readonly root: string;
  private readonly image: string;
  private readonly recording: Recording;

  constructor(folder: string, root: string, image: string, recording: Recording) {
    this.place = join(folder, 'cut');
    this.root = root;
    this.image = image;
    this.recording = recording;
  }

  run(cuts: readonly number[], tell: (line: string) => void): Result {
    const { operations, sent } = this.recording;
    const disk = new Disk(this.root, this.image);
    const acknowledged = new Map<string, number>();
    const forgotten = new Set<string>();
    const wrong: string[] = [];
    let states = 0;
    let at = 0;
    for (const [index, cut] of cuts.entries()) {
      for (; at < cut; at += 1) {
        const operation = operations[at]!;
        disk.do(operation);
        if (operation.kind === 'told') hear(operation.text, acknowledged, forgotten);
      }
      for (const state of disk.states()) {
        rmSync(this.place, { recursive: true, force: true });
        writeState(state, this.place);
        states += 1;
        wrong.push(...judge(this.place, { acknowledged, forgotten }, sent).map((what) => `cut ${cut}, ${state.variant}: ${what}`));
      }
      if (index % 50 === 49) tell(`${index + 1} cuts, ${states} states, ${wrong.length} wrong`);
    }
    return { cuts: cuts.length, states, wrong };
  }
}

function hear(text: string, acknowledged: Map<string, number>, forgotten: Set<string>): void {
  for (const [, request, sequence] of text.matchAll(/"a_(\w+)":\{"sequence":(\d+)/g)) acknowledged.set(request!, Number(sequence));
  for (const [, index] of text.matchAll(/"f_(\d)":\{"sequence"/g)) forgotten.add(FORGOTTEN[Number(index)]!);
}
