import { ask, type GraphQLAnswer } from '../../support/graphql.ts';
import type { ServerProcess } from '../../support/process.ts';

const RATE =
  'mutation ($user: ID!, $movie: ID!, $rating: Float!, $request: ID) { rateMovie(userId: $user, movieId: $movie, rating: $rating, requestId: $request) { sequence duplicate } }';

/** Somebody who rates while the disk is in trouble, and who remembers what was acknowledged. */
export class Visitor {
  readonly refusals: string[] = [];
  /** Acknowledged ratings by request, with what they were. */
  private readonly acknowledged = new Map<string, { readonly movie: string; readonly rating: number }>();
  private readonly films: readonly string[];
  private turn = 0;

  constructor(films: readonly string[]) {
    this.films = films;
  }

  get count(): number {
    return this.acknowledged.size;
  }

  /** A rating by somebody new, who asks once. @returns whether it was acknowledged */
  async rate(server: ServerProcess): Promise<boolean> {
    this.turn += 1;
    return this.send(server, this.turn);
  }

  /** The last rating again, with the same request. */
  async again(server: ServerProcess): Promise<boolean> {
    return this.send(server, this.turn);
  }

  /** Acknowledged ratings that the server does not know any more. */
  async lost(server: ServerProcess): Promise<number> {
    let lost = 0;
    for (const [request, { rating }] of this.acknowledged) {
      const { data } = await ask(server, '{ user(id: "ID") { ratings { nodes { rating } } } }'.replace('ID', request));
      if (data.user?.ratings.nodes[0]?.rating !== rating) lost += 1;
    }
    return lost;
  }

  private async send(server: ServerProcess, turn: number): Promise<boolean> {
    const request = `visitor-${turn}`;
    const movie = this.films[turn % this.films.length]!;
    const rating = 1 + (turn % 9) / 2;
    const answer = await ask(server, RATE, { user: request, movie, rating, request });
    if (answer.data?.rateMovie === undefined || answer.data?.rateMovie === null) {
      this.refusals.push(refusalOf(answer));
      return false;
    }
    this.acknowledged.set(request, { movie, rating });
    return true;
  }
}

function refusalOf({ errors }: GraphQLAnswer): string {
  return errors.map(({ message, extensions }) => `${extensions.code}: ${message}`).join('; ');
}

/** Whether a list is answered, from a model. */
export async function reads(server: ServerProcess): Promise<boolean> {
  const { data, errors } = await ask(server, '{ recommendations(userId: "1", n: 5) { score } }');
  return errors.length === 0 && data.recommendations.length === 5;
}
