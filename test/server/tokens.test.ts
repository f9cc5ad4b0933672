import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { newToken, Tokens } from '../../src/server/tokens.ts';

const folder = mkdtempSync(join(tmpdir(), 'tastegraph-tokens-'));
afterAll(() => rmSync(folder, { recursive: true }));

function fileOf(text: string): string {
  const path = join(folder, 'tokens');
  writeFileSync(path, text);
  return path;
}

describe('tokens in the setting', () => {
  const tokens = Tokens.read(['shop:write:first-secret', 'ada:user:no:7:second-secret']);

  it('are known by their secret', () => {
    expect(tokens.callerOf('first-secret')).toEqual({ name: 'shop', role: 'write', userId: null });
    expect(tokens.callerOf('second-secret')).toEqual({ name: 'ada', role: 'user', userId: 'no:7' });
  });

  it.each([null, '', 'first-secre', 'first-secret ', 'FIRST-SECRET', 'shop', 'shop:write:first-secret'])(
    'are not known by anything else: %s',
    (secret) => {
      expect(tokens.callerOf(secret)).toBeNull();
    },
  );

  it('are pointed out when they may be guessed', () => {
    expect(tokens.weak).toEqual(['shop', 'ada']);
    expect(Tokens.read([`strong:read:${'x'.repeat(32)}`]).weak).toEqual([]);
  });

  it('are all that is needed to do everything where there are none', () => {
    expect(Tokens.read([]).none).toBe(true);
    expect(Tokens.read([]).callerOf(null)?.role).toBe('admin');
  });

  it.each([
    [['shop:boss:hush-hush'], 'Entry 1 of TASTEGRAPH_TOKENS has a role that there isn'],
    [['shop:user::hush-hush'], 'role'],
    [['shop:read:'], 'empty secret'],
    [[':read:hush-hush'], 'name'],
    [['a:read:one-secret', 'shop hush-hush'], 'Entry 2 of TASTEGRAPH_TOKENS must read name:role:secret'],
    [['a:read:hush-hush', 'a:read:hush-too'], 'two tokens of the name a'],
  ])('are refused in one line that says nothing of the secret: %s', (setting, why) => {
    const read = () => Tokens.read(setting);
    expect(read).toThrow(why);
    expect(read).not.toThrow(/hush/);
  });
});

describe('tokens in a file', () => {
  it('are made with their hash alone, and known again', () => {
    const [reader, own] = [newToken('reader', 'read'), newToken('own', 'user:1,2')];
    const path = fileOf(`# who may ask\n\n${reader.line}\n${own.line}\r\n`);
    expect(reader.secret).toMatch(/^tg_[\w-]{43}$/);
    expect(reader.line).toMatch(/^reader:read:sha256-[0-9a-f]{64}$/);
    expect(Tokens.read([path]).callerOf(reader.secret)).toEqual({ name: 'reader', role: 'read', userId: null });
    expect(Tokens.read([path]).callerOf(own.secret)).toEqual({ name: 'own', role: 'user', userId: '1,2' });
    expect(Tokens.read([path]).callerOf(own.line.split(':').at(-1)!)).toBeNull();
  });

  it.each([
    ['shop:write:plain-secret', /Line 1 of .* has no hash/],
    ['# nobody\n', /has no token/],
    ['nonsense', /Line 1 of .* must read name:role:secret/],
  ])('are refused in one line that says nothing of a secret: %s', (text, why) => {
    const path = fileOf(text);
    expect(() => Tokens.read([path])).toThrow(why);
    expect(() => Tokens.read([path])).not.toThrow(/plain-secret/);
  });

  it('are missed when there is no such file', () => {
    expect(() => Tokens.read([join(folder, 'nowhere')])).toThrow(/neither name:role:secret nor a file/);
  });

  it.each([
    ['no name', 'read'],
    ['name', 'reader'],
    ['name', 'user:'],
  ])('are not made for %s, %s', (name, role) => {
    expect(() => newToken(name, role)).toThrow(/The token/);
  });
});

describe('how long a wrong token takes', () => {
  const SECRET = 'x'.repeat(43);
  const TRIES = 10_000;

  /** How often a try of the one kind took longer than one of the other: .5 when the time says nothing of which it was. */
  function separation(check: (secret: string) => unknown): number {
    const times = TRY_KINDS.map((): number[] => []);
    for (let attempt = 0; attempt < TRIES; attempt++) {
      const kind = attempt % 2;
      const began = process.hrtime.bigint();
      check(TRY_KINDS[kind]!);
      times[kind]!.push(Number(process.hrtime.bigint() - began));
    }
    const ranked = times
      .flatMap((values, kind) => values.map((value) => ({ value, kind })))
      .sort((left, right) => left.value - right.value);
    const ranks = ranked.reduce((sum, { kind }, rank) => sum + (kind === 1 ? rank : 0), 0);
    const half = TRIES / 2;
    return (ranks - (half * (half - 1)) / 2) / (half * half);
  }

  /** Nothing right, and all right but the last. */
  const TRY_KINDS = [`a${SECRET.slice(1)}`, `${SECRET.slice(0, -1)}a`];

  it('says nothing of how much of it was right', () => {
    const tokens = Tokens.read(Array.from({ length: 20 }, (_, index) => `t${index}:read:${index === 10 ? SECRET : `${SECRET}${index}`}`));
    expect(TRY_KINDS.map((secret) => tokens.callerOf(secret))).toEqual([null, null]);
    expect(Math.abs(separation((secret) => tokens.callerOf(secret)) - 0.5)).toBeLessThan(0.1);
  });

  it('would be seen to say so of one that stops at the first wrong letter', () => {
    const slow = (secret: string) => [...secret].every((letter, index) => newToken('n', 'read').line !== '' && letter === SECRET[index]);
    expect(separation(slow)).toBeGreaterThan(0.9);
  });
});
