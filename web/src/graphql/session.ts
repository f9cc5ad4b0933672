import { signal } from '@preact/signals';

/** The server's token, where it asks for one: kept in memory alone, gone with the page. */
export const token = signal<string | null>(null);

/** The server has refused to answer without a token, or with this one. */
export const tokenWanted = signal(false);

/** Counts what makes every answer on the page worth asking for again: a server that is back, a token that was given. */
export const epoch = signal(0);

export function giveToken(value: string): void {
  token.value = value;
  tokenWanted.value = false;
  epoch.value += 1;
}

/** How a request or a socket says who asks. */
export function authorization(): Record<string, string> {
  return token.value === null ? {} : { authorization: `Bearer ${token.value}` };
}
