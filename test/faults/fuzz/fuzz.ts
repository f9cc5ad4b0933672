import { Agent, request } from 'node:http';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { servedSchema } from '../../../src/resolvers/schema.ts';
import { serveProcess } from '../../support/process.ts';
import type { Fault, Finding, Size } from '../fault.ts';
import { fillDatabase, inFolder } from '../place.ts';
import { mutatedBodies } from './bytes.ts';
import { operations } from './operations.ts';

const EACH: Record<Size, number> = { short: 150, long: 20_000 };
/** Generated and sent at a time. */
const BATCH = 50;
const SEED = 1;
const STACK = /\n\s+at |node_modules|\.[jt]s:\d+/;
const KNOWN = /^(BAD_USER_INPUT|NOT_FOUND|UNAUTHENTICATED|FORBIDDEN|RATE_LIMITED|OVERLOADED)$/;

/** What nobody should send. */
export const fuzz: Fault = {
  name: 'fuzz',
  what: 'operations that the schema allows, with hostile values, and as many bodies with their bytes changed',
  run: (size, tell) => inFolder((folder) => send(folder, size, tell)),
};

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly sent: string;
}

async function send(folder: string, size: Size, tell: (line: string) => void): Promise<readonly Finding[]> {
  const db = join(folder, 'taste.db');
  fillDatabase(db, 1_500);
  const server = await serveProcess(['--db', db, '--demo', 'none'], { LOG_LEVEL: 'error', TASTEGRAPH_COMPUTE: 'cpu' });
  const fuzzer = new Fuzzer(server.url, db);
  const valid = operations(servedSchema());
  const bodies = valid.map(({ query, variables }) => Buffer.from(JSON.stringify({ query, variables })));
  for (const [name, arbitrary] of [
    ['operations', bodies],
    ['bodies', mutatedBodies(valid)],
  ] as const) {
    for (let sent = 0; sent < EACH[size]; sent += BATCH) {
      await fuzzer.sendAll(fc.sample(arbitrary, { numRuns: BATCH, seed: SEED + sent }));
      if (sent % 2_000 === 0) tell(`${sent} ${name}`);
    }
  }
  const lives = server.child.exitCode === null && (await fuzzer.lives());
  await server.stop('SIGTERM');
  return fuzzer.findings(
    2 * EACH[size],
    lives,
    server
      .output()
      .split('\n')
      .filter((line) => line.includes('"level":50')).length,
  );
}

class Fuzzer {
  private readonly url: string;
  private readonly file: Database.Database;
  private readonly count: Database.Statement<[], number>;
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 4 });
  private readonly wrong: string[] = [];
  private readonly counts = { answered: 0, refused: 0, overloaded: 0, stored: 0 };
  private readonly odd: string[] = [];

  constructor(url: string, db: string) {
    this.url = url;
    this.file = new Database(db, { readonly: true });
    // A training that ends meanwhile writes down that its version serves.
    this.count = this.file.prepare<[], number>("SELECT COUNT(*) FROM events WHERE kind <> 'activated'").pluck();
  }

  /** One after the other, so that what is stored can be told from what was refused. */
  async sendAll(bodies: readonly Buffer[]): Promise<void> {
    let before = this.events();
    for (const body of bodies) {
      const answer = await this.post(body);
      this.note(answer);
      // Refusals are looked at together; an answer may have stored something, and starts anew.
      if (isRefusal(answer) || !answer.sent.includes('mutation')) continue;
      before = this.checked(before, answer);
    }
    const after = this.events();
    if (after !== before) this.odd.push(`${after - before} events by refusals`);
  }

  /** Events in the log. */
  events(): number {
    return this.count.get() ?? 0;
  }

  /** Whether a plain question is answered. */
  async lives(): Promise<boolean> {
    const { status, text } = await this.post(Buffer.from('{"query":"{ __typename }"}'));
    this.agent.destroy();
    this.file.close();
    return status === 200 && text === '{"data":{"__typename":"Query"}}\n';
  }

  findings(sent: number, lives: boolean, logged: number): Finding[] {
    const { answered, refused, overloaded, stored } = this.counts;
    return [
      {
        what: 'sent, answered, refused, overloaded, answers that stored',
        seen: `${sent}, ${answered}, ${refused}, ${overloaded}, ${stored}`,
        bar: 'some of each',
        holds: answered > 0 && refused > 0 && stored > 0,
      },
      { what: 'the server lives', seen: String(lives), bar: 'true', holds: lives },
      { what: 'faults of ours in the log', seen: String(logged), bar: '0', holds: logged === 0 },
      {
        what: 'answers with 5xx but OVERLOADED, a stack trace, or a code that there is not',
        seen: `${this.wrong.length} ${this.wrong.slice(0, 3).join(' ')}`.trim(),
        bar: '0',
        holds: this.wrong.length === 0,
      },
      {
        what: 'refusals that stored something',
        seen: `${this.odd.length} ${this.odd.slice(0, 3).join(' ')}`.trim(),
        bar: '0',
        holds: this.odd.length === 0,
      },
    ];
  }

  /** The log before an accepted write had grown by no refusal: one write is at most as many events as it has ratings. */
  private checked(before: number, { sent }: Answer): number {
    const after = this.events();
    const most = sent.includes('rateMovies') ? 20 : 1;
    if (after - before > most) this.odd.push(`${after - before} events for one write and refusals: ${sent.slice(0, 200)}`);
    if (after > before) this.counts.stored += 1;
    return after;
  }

  private note(answer: Answer): void {
    const { status, text, sent } = answer;
    const codes = [...text.matchAll(/"code":"(\w+)"/g)].map(([, code]) => code!);
    const isOverload = codes.includes('OVERLOADED');
    if (isOverload) this.counts.overloaded += 1;
    else if (isRefusal(answer)) this.counts.refused += 1;
    else this.counts.answered += 1;
    const isWrong = (status >= 500 && !(status === 503 && isOverload)) || STACK.test(text) || codes.some((code) => !KNOWN.test(code));
    if (isWrong) this.wrong.push(`${status} ${text.slice(0, 200)} for ${sent.slice(0, 500)}`);
  }

  private post(body: Buffer): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const headers = { 'content-type': 'application/json', 'content-length': body.length };
      const call = request(`${this.url}/graphql`, { method: 'POST', agent: this.agent, headers }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, text: String(Buffer.concat(chunks)), sent: String(body) }));
        response.on('error', reject);
      });
      call.on('error', reject);
      call.end(body);
    });
  }
}

function isRefusal({ status, text }: Answer): boolean {
  return status !== 200 || text.startsWith('{"errors"') || text.includes('"data":null');
}
