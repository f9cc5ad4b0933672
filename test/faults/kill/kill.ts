import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Random } from '../../../src/engine/math/random.ts';
import { ask } from '../../support/graphql.ts';
import { type ServerProcess, serveProcess } from '../../support/process.ts';
import type { Fault, Finding, Size } from '../fault.ts';
import { copyDatabase, fillDatabase, inFolder } from '../place.ts';
import { judge, type Verdict } from './judge.ts';
import { MARKS_FILE, STAGES, type Stage, StageMarks } from './stages.ts';
import { newLedger, send, writeOn } from './writers.ts';

const WRITERS = 16;
const KILLS: Record<Size, number> = { short: 2, long: 50 };
/** Kills that must have interrupted each stage, or the run is void; a few short ones can't promise that. */
const NEEDED: Record<Size, number> = { short: 0, long: 3 };
/** After the uniform kills, as many more may be aimed at stages that were not met often enough. */
const MOST_AIMED = 40;
/** The longest that a server lives under load; milliseconds. */
const LONGEST: Record<Size, number> = { short: 1_000, long: 4_000 };
/** A server of which the log has grown this often begins anew, to keep the folds short. */
const ROUNDS = 8;

/** 16 writers, trainings without end, a checkpoint every hundred events: and then kill -9. */
export const kill: Fault = {
  name: 'kill',
  what: `kill -9 of a server under ${WRITERS} writers, trainings going on`,
  run: (size, tell) => inFolder((folder) => new Killing(folder, size, tell).run()),
};

class Killing {
  private readonly base: string;
  private readonly db: string;
  private readonly size: Size;
  private readonly tell: (line: string) => void;
  private readonly random = new Random(7);
  private readonly marks: StageMarks;
  private readonly environment: Record<string, string>;
  private readonly met = new Map<Stage, number>(STAGES.map((stage) => [stage, 0]));
  private readonly verdicts: Verdict[] = [];
  private films: readonly string[] = [];

  constructor(folder: string, size: Size, tell: (line: string) => void) {
    this.base = join(folder, 'base.db');
    this.db = join(folder, 'taste.db');
    this.size = size;
    this.tell = tell;
    const marksFile = join(folder, 'marks');
    this.marks = new StageMarks(marksFile);
    this.environment = {
      [MARKS_FILE]: marksFile,
      TASTEGRAPH_CHECKPOINT_EVERY: '100',
      TASTEGRAPH_KEEP_VERSIONS: '100',
      LOG_LEVEL: 'warn',
    };
  }

  async run(): Promise<readonly Finding[]> {
    this.films = fillDatabase(this.base, 1_500);
    copyDatabase(this.base, this.db);
    for (let round = 0; round < KILLS[this.size]; round += 1) {
      if (round % ROUNDS === 0) copyDatabase(this.base, this.db);
      await this.once(`${round + 1} of ${KILLS[this.size]}`, () => sleep(this.random.uniform() * LONGEST[this.size]));
    }
    for (let aimed = 0; aimed < MOST_AIMED; aimed += 1) {
      const missed = STAGES.find((stage) => this.met.get(stage)! < NEEDED[this.size]);
      if (missed === undefined) break;
      if (aimed % ROUNDS === 0) copyDatabase(this.base, this.db);
      await this.once(`aimed at ${missed}`, () => this.within(missed));
    }
    this.marks.close();
    return this.findings();
  }

  /** One server, its writers, its end, and the judgement of what is left. */
  private async once(name: string, moment: () => Promise<unknown>): Promise<void> {
    const preload = join(import.meta.dirname, 'stageMarks.ts');
    const server = await serveProcess(['--db', this.db, '--demo', 'none'], this.environment, { preload });
    const ledger = newLedger();
    const run = this.verdicts.length;
    const writers = Array.from({ length: WRITERS }, (_, writer) => writeOn(server, `w${run}-${writer}`, this.films, ledger));
    const trainings = trainOn(server);
    await until(() => ledger.acknowledged.size > 0);
    await moment();
    await server.stop('SIGKILL');
    const interrupted = this.marks.now();
    await Promise.all([...writers, trainings]);
    for (const stage of interrupted) this.met.set(stage, this.met.get(stage)! + 1);
    const copy = `${this.db}.copy`;
    copyDatabase(this.db, copy);
    const verdict = judge(copy, ledger);
    verdict.wrongRepeats = await this.repeat(
      [...ledger.open.values(), ...[...ledger.acknowledged.values()].slice(-20).map(({ write }) => write)],
      ledger,
    );
    this.verdicts.push(verdict);
    this.tell(`${name}: in ${interrupted.join(', ') || 'no stage'}; ${ledger.acknowledged.size} acknowledged, ${JSON.stringify(verdict)}`);
  }

  /** Some moment of the next time that a server is in a stage. */
  private async within(stage: Stage): Promise<void> {
    for (let tries = 0; tries < 100_000; tries += 1) {
      if (this.marks.now().includes(stage)) {
        const end = performance.now() + this.random.uniform() * 5;
        while (performance.now() < end) if (!this.marks.now().includes(stage)) break;
        return;
      }
      await sleep(tries % 4 === 0 ? 1 : 0);
    }
  }

  /** The same writes again, to the server that is started after the kill. @returns answers that are not the first one */
  private async repeat(writes: readonly Parameters<typeof send>[1][], { acknowledged }: ReturnType<typeof newLedger>): Promise<number> {
    const server = await serveProcess(['--db', this.db, '--demo', 'none'], this.environment);
    let wrong = 0;
    for (const write of writes) {
      const { data } = await send(server, write);
      const result = data?.rateMovie ?? data?.withdrawRating;
      const first = acknowledged.get(write.request);
      if (first !== undefined && (result?.duplicate !== true || result.sequence !== first.sequence)) wrong += 1;
    }
    await server.stop('SIGKILL');
    return wrong;
  }

  private findings(): Finding[] {
    const kills = this.verdicts.length;
    const total = (of: (verdict: Verdict) => number) => this.verdicts.reduce((sum, verdict) => sum + of(verdict), 0);
    const none = (what: string, count: number): Finding => ({ what, seen: String(count), bar: '0', holds: count === 0 });
    const interrupted = STAGES.map((stage) => `${stage} ${this.met.get(stage)}`).join(', ');
    const enough = STAGES.every((stage) => this.met.get(stage)! >= NEEDED[this.size]);
    const acknowledged = total((verdict) => verdict.acknowledged);
    return [
      { what: 'stages interrupted', seen: `${interrupted}, of ${kills} kills`, bar: `each >= ${NEEDED[this.size]}`, holds: enough },
      { what: 'writes acknowledged', seen: String(acknowledged), bar: '> 0', holds: acknowledged > 0 },
      none(
        'acknowledged writes lost',
        total(({ lost }) => lost),
      ),
      none(
        'writes applied twice',
        total(({ twice }) => twice),
      ),
      none(
        'repeated requests answered otherwise after the restart',
        total(({ wrongRepeats }) => wrongRepeats),
      ),
      none(
        'restarts to another state than the log alone gives',
        total(({ otherState }) => otherState),
      ),
    ];
  }
}

/** Asks for a training again and again, until the server is gone. */
async function trainOn(server: ServerProcess): Promise<void> {
  const train = () => ask(server, 'mutation { trainModel(models: [MF]) { id } }');
  while (await train().catch(() => null)) await sleep(100);
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(5);
}
