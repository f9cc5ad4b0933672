import { Connection } from './connection.ts';

/** What is asked. */
const RATE =
  'mutation ($user: ID!, $movie: ID!, $rating: Float!, $request: ID) { rateMovie(userId: $user, movieId: $movie, rating: $rating, requestId: $request) { sequence } }';
const RECOMMEND = 'query ($user: ID!) { recommendations(userId: $user, n: 10) { score } }';

/** Connections of one client that does not wait for answers. */
const SOCKETS = 8;

/** What became of the calls of a crowd. */
export interface Outcome {
  readonly answered: number;
  /** Refusals by what they said: a code, with its HTTP status. */
  readonly refused: Record<string, number>;
  /** Calls without any answer, by why. */
  readonly failed: Record<string, number>;
  /** Requests of acknowledged ratings. */
  readonly acknowledged: readonly string[];
  /** Of the answered calls, sorted; milliseconds. */
  readonly latencies: readonly number[];
  readonly seconds: number;
  /** Calls that were due while each client had its connections full. */
  readonly heldBack: number;
}

export interface Plan {
  readonly url: string;
  readonly clients: number;
  readonly seconds: number;
  /** Calls a second that are begun, answered or not; null: each client begins its next call when the last is answered. */
  readonly rate: number | null;
  /** What the ids of this crowd begin with. */
  readonly name: string;
  readonly films: readonly string[];
  /** Nothing is written; otherwise every second call is a rating. */
  readonly readsOnly?: boolean;
}

/** Many clients, with connections that stay open. */
export class Crowd {
  private readonly plan: Plan;
  private readonly connections: readonly Connection[];
  private readonly free: Connection[];
  private readonly outcome = {
    answered: 0,
    refused: {} as Record<string, number>,
    failed: {} as Record<string, number>,
    acknowledged: [] as string[],
    latencies: [] as number[],
  };
  private calls = 0;
  private heldBack = 0;

  constructor(plan: Plan) {
    this.plan = plan;
    const url = new URL('/graphql', plan.url);
    const count = plan.clients * (plan.rate === null ? 1 : SOCKETS);
    this.connections = Array.from({ length: count }, () => new Connection(url));
    this.free = [...this.connections];
  }

  async run(): Promise<Outcome> {
    const began = performance.now();
    await (this.plan.rate === null ? this.closedLoop(began) : this.openLoop(began, this.plan.rate));
    for (const connection of this.connections) connection.close();
    const latencies = this.outcome.latencies.sort((left, right) => left - right);
    return { ...this.outcome, latencies, heldBack: this.heldBack, seconds: (performance.now() - began) / 1_000 };
  }

  private async closedLoop(began: number): Promise<void> {
    const client = async () => {
      while (performance.now() - began < this.plan.seconds * 1_000) await this.call();
    };
    await Promise.all(this.connections.map(client));
  }

  private async openLoop(began: number, rate: number): Promise<void> {
    for (let due = 0; ; ) {
      const elapsed = performance.now() - began;
      if (elapsed > this.plan.seconds * 1_000) break;
      for (const until = Math.floor((elapsed / 1_000) * rate); due < until; due += 1) {
        if (this.free.length === 0) this.heldBack += 1;
        else void this.call();
      }
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    while (this.free.length < this.connections.length) await new Promise((resolve) => setTimeout(resolve, 10));
  }

  /** One call on a free connection, of which there must be one. */
  private async call(): Promise<void> {
    const connection = this.free.shift()!;
    this.calls += 1;
    const { name, films, readsOnly = false } = this.plan;
    const id = `${name}-${this.calls}`;
    const writes = !readsOnly && this.calls % 2 === 0;
    const user = `${name}-user-${this.calls % 500}`;
    const movie = films[Math.floor(this.calls / 500) % films.length]!;
    const variables = writes ? { user, movie, rating: 1 + (this.calls % 9) / 2, request: id } : { user };
    const began = performance.now();
    try {
      const { status, text } = await connection.post(JSON.stringify({ query: writes ? RATE : RECOMMEND, variables }));
      this.note(status, text, writes ? id : null, performance.now() - began);
    } catch (error) {
      count(this.outcome.failed, (error as Error).message);
    }
    this.free.push(connection);
  }

  private note(status: number, text: string, id: string | null, ms: number): void {
    const code = /"code":"(\w+)"/.exec(text)?.[1];
    if (code !== undefined || status !== 200) {
      count(this.outcome.refused, `${status} ${code}`);
      return;
    }
    this.outcome.answered += 1;
    this.outcome.latencies.push(ms);
    if (id !== null) this.outcome.acknowledged.push(id);
  }
}

function count(counts: Record<string, number>, key: string): void {
  counts[key] = (counts[key] ?? 0) + 1;
}
