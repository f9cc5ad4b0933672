import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import { CommandError } from '../errors.ts';
import { Tokens } from './tokens.ts';
import { bracketed, isLoopback } from './webSafety.ts';

/**
 * Opens a server to a network only on purpose.
 * @returns the tokens that it knows
 * @throws CommandError when everybody on the network could do everything and nobody has said that they may, or a token is wrong
 */
export function checkExposure({ host, tokens: setting, insecure }: Pick<Config, 'host' | 'tokens' | 'insecure'>): Tokens {
  const tokens = Tokens.read(setting);
  if (!tokens.none || insecure || isLoopback(bracketed(host))) return tokens;
  throw new CommandError(
    `${host} can be reached from other machines, and without TASTEGRAPH_TOKENS everybody could do everything there: ` +
      'make tokens with npx tastegraph token NAME ROLE, or say --insecure.',
  );
}

export function warnOfExposure(tokens: Tokens, { host }: Pick<Config, 'host'>, logger: Logger): void {
  if (tokens.none && !isLoopback(bracketed(host))) {
    logger.warn(`Everybody who reaches ${host} may read and change everything: there are no tokens, and --insecure was said.`);
  }
  for (const name of tokens.weak) logger.warn(`The secret of token ${name} is short and may be guessed: npx tastegraph token makes one.`);
}
