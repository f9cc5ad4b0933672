import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { CommandError } from '../errors.ts';
import { ANYBODY, type Caller } from '../resolvers/caller.ts';

/** 256 random bits: nobody tries them out, so a fast hash protects them as well as a slow one would, and costs a request a microsecond. */
const SECRET_BYTES = 32;
/** Tells secrets from other text, for people and for scanners that look for secrets in places where none should be. */
const SECRET_PREFIX = 'tg_';
/** Below so many characters a secret may be guessable. */
const STRONG_LENGTH = 32;
const NAME = /^[\w.-]{1,64}$/;
const HASH = /^sha256-([0-9a-f]{64})$/;
/** name, role and secret: what is between the first colon and the last is the role, in which a user's id may have colons of its own. */
const ENTRY = /^([^:]*):(.+):([^:]*)$/;

interface Token {
  readonly caller: Caller;
  /** SHA-256 of its secret. */
  readonly digest: Buffer;
}

/** The tokens that a server knows. */
export class Tokens {
  /** Names of tokens whose secret was given as it is, and is short. */
  readonly weak: readonly string[];
  private readonly tokens: readonly Token[];

  private constructor(tokens: readonly Token[], weak: readonly string[]) {
    this.tokens = tokens;
    this.weak = weak;
  }

  /**
   * @param setting entries `name:role:secret`, or the path of a file that has one a line, with `sha256-…` in place of the secret
   * @throws CommandError that says which entry is wrong, and nothing of its secret
   */
  static read(setting: readonly string[]): Tokens {
    const [first, ...others] = setting;
    if (first === undefined) return new Tokens([], []);
    if (!first.includes(':') && others.length === 0) return Tokens.of(linesOf(first).map((line) => hashedEntry(line)));
    const entries = setting.map((text, index) => plainEntry(text, `Entry ${index + 1} of TASTEGRAPH_TOKENS`));
    return Tokens.of(
      entries,
      entries.filter(({ strong }) => !strong).map(({ caller }) => caller.name),
    );
  }

  private static of(tokens: readonly Token[], weak: readonly string[] = []): Tokens {
    const names = new Set<string>();
    for (const { caller } of tokens) {
      if (names.has(caller.name)) throw new CommandError(`There are two tokens of the name ${caller.name}: give each its own.`);
      names.add(caller.name);
    }
    return new Tokens(tokens, weak);
  }

  /** Whether everybody may do everything. */
  get none(): boolean {
    return this.tokens.length === 0;
  }

  /**
   * Compares with every token, all of it, so that the time says nothing of how much was right or whose it nearly was.
   * @param secret null: none was shown
   * @returns null when nobody has that secret
   */
  callerOf(secret: string | null): Caller | null {
    if (this.none) return ANYBODY;
    const digest = digestOf(secret ?? '');
    let found: Caller | null = null;
    for (const token of this.tokens) if (timingSafeEqual(token.digest, digest)) found = token.caller;
    return secret === null ? null : found;
  }
}

/** A new secret, and the line of a tokens file that knows it again. @throws CommandError for a wrong name or role */
export function newToken(name: string, role: string): { readonly secret: string; readonly line: string } {
  callerFrom(name, role, 'The token');
  const secret = `${SECRET_PREFIX}${randomBytes(SECRET_BYTES).toString('base64url')}`;
  return { secret, line: `${name}:${role}:sha256-${digestOf(secret).toString('hex')}` };
}

function digestOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

interface Line {
  readonly text: string;
  readonly where: string;
}

function linesOf(path: string): Line[] {
  if (!existsSync(path)) {
    throw new CommandError(
      `TASTEGRAPH_TOKENS is neither name:role:secret nor a file: make ${path} with npx tastegraph token NAME ROLE --file ${path}.`,
    );
  }
  const lines = readFileSync(path, 'utf8').split(/\r?\n/);
  const entries = lines
    .map((text, index) => ({ text: text.trim(), where: `Line ${index + 1} of ${path}` }))
    .filter(({ text }) => text !== '' && !text.startsWith('#'));
  // Without a token the server would be open to everybody, which is not what somebody means who names a file of them.
  if (entries.length === 0) throw new CommandError(`${path} has no token: npx tastegraph token NAME ROLE --file ${path} adds one.`);
  return entries;
}

function hashedEntry({ text, where }: Line): Token {
  const { name, role, last } = partsOf(text, where);
  const hash = HASH.exec(last)?.[1];
  if (hash === undefined)
    throw new CommandError(`${where} has no hash: a file holds sha256-…, as npx tastegraph token NAME ROLE prints it.`);
  return { caller: callerFrom(name, role, where), digest: Buffer.from(hash, 'hex') };
}

function plainEntry(text: string, where: string): Token & { readonly strong: boolean } {
  const { name, role, last } = partsOf(text, where);
  if (last === '') throw new CommandError(`${where} has an empty secret; npx tastegraph token NAME ROLE makes one.`);
  const caller = callerFrom(name, role, where);
  const hash = HASH.exec(last)?.[1];
  if (hash !== undefined) return { caller, digest: Buffer.from(hash, 'hex'), strong: true };
  return { caller, digest: digestOf(last), strong: last.length >= STRONG_LENGTH };
}

function partsOf(text: string, where: string): { name: string; role: string; last: string } {
  const [, name, role, last] = ENTRY.exec(text) ?? [];
  if (name === undefined || role === undefined || last === undefined) throw new CommandError(`${where} must read name:role:secret.`);
  return { name, role, last };
}

function callerFrom(name: string, role: string, where: string): Caller {
  if (!NAME.test(name)) throw new CommandError(`${where} needs a name of up to 64 letters, digits, dots, dashes and underscores.`);
  if (role === 'read' || role === 'write' || role === 'admin') return { name, role, userId: null };
  const userId = /^user:(.+)$/.exec(role)?.[1];
  if (userId === undefined) throw new CommandError(`${where} has a role that there isn't: take read, write, admin or user:ID.`);
  return { name, role: 'user', userId };
}
