import { describe, expect, it } from 'vitest';
import { CommandError } from '../../src/errors.ts';
import { splitCsvLine } from '../../src/importers/csvLine.ts';
import { NOW } from './files.ts';
import { readCsv, reasons, rejectedLines } from './reading.ts';

const HEADER = 'userId,movieId,rating,timestamp\n';
const pairs = (rows: readonly { userId: string; movieId: string; rating: number }[]) =>
  rows.map(({ userId, movieId, rating }) => [userId, movieId, rating]);

describe('a CSV file of ratings', () => {
  it('has times in seconds', async () => {
    expect((await readCsv(`${HEADER}ann,m1,3.5,1700000000\n`)).rows).toEqual([
      { userId: 'ann', movieId: 'm1', rating: 3.5, ratedAt: 1_700_000_000_000 },
    ]);
  });

  it.each([
    ['1700000000', 1_700_000_000_000],
    ['1700000000.25', 1_700_000_000_250],
    ['1700000000123', 1_700_000_000_123],
    ['-86400', -86_400_000],
    ['2023-11-14T22:13:20Z', 1_700_000_000_000],
    ['2023-11-14T22:13:20.5+01:00', 1_699_996_400_500],
    ['2023-11-14 22:13:20', 1_700_000_000_000],
    ['2023-11-14', 1_699_920_000_000],
    ['', null],
  ])('understands the time %s', async (text, ratedAt) => {
    const { rows, rejects } = await readCsv(`${HEADER}a,b,3,${text}\n`);
    expect(reasons(rejects)).toEqual([]);
    expect(rows[0]?.ratedAt).toBe(ratedAt);
  });

  it.each(['yesterday', '2023-02-31', '14.11.2023', '99999999999', String(NOW + 2 * 86_400_000), '-9999999999'])(
    'rejects the time %s',
    async (text) => {
      const { rows, rejects } = await readCsv(`${HEADER}a,b,3,${text}\n`);
      expect(rows).toEqual([]);
      expect(rejectedLines(rejects)).toEqual(['ratings.csv:2']);
      expect(reasons(rejects)[0]).toMatch(/timestamp is neither|ratedAt (is more|lies before)/);
    },
  );

  it('needs no times', async () => {
    expect((await readCsv('userId,movieId,rating\na,b,3\n')).rows[0]?.ratedAt).toBeNull();
  });

  it('may have its columns in any order, among others, under names in any style', async () => {
    const { rows } = await readCsv('note,Rating,MOVIE_ID,timestamp,"User ID",x\nhello,4.5,m,100,u,\n"a, b",1,"n, o",200,v,y\n');
    expect(rows).toEqual([
      { userId: 'u', movieId: 'm', rating: 4.5, ratedAt: 100_000 },
      { userId: 'v', movieId: 'n, o', rating: 1, ratedAt: 200_000 },
    ]);
  });

  it.each(['user,item,rating,time', 'user_id,item_id,rating,timestamp', 'User,Movie,Rating,Time'])(
    'may call its columns what others do: %s',
    async (header) => {
      const { rows } = await readCsv(`${header}\nu,m,3,100\n`);
      expect(rows).toEqual([{ userId: 'u', movieId: 'm', rating: 3, ratedAt: 100_000 }]);
    },
  );

  it('goes by the columns of its own names where there are others, too', async () => {
    const { rows } = await readCsv('movie,movieId,user,userId,rating,time,timestamp\nAlien,m,Ann,u,3,noon,100\n');
    expect(rows).toEqual([{ userId: 'u', movieId: 'm', rating: 3, ratedAt: 100_000 }]);
  });

  it.each([';', '\t', '|'])('may be separated by %j', async (delimiter) => {
    const lines = [
      ['userId', 'movieId', 'rating', 'timestamp'],
      ['u', 'm', '4.5', '100'],
      ['"a,b"', 'n', '3', ''],
    ];
    const { rows, rejects } = await readCsv(lines.map((fields) => fields.join(delimiter)).join('\n'));
    expect(reasons(rejects)).toEqual([]);
    expect(pairs(rows)).toEqual([
      ['u', 'm', 4.5],
      ['a,b', 'n', 3],
    ]);
  });

  it('refuses decimal commas, and says so', async () => {
    const semicolons = await readCsv('userId;movieId;rating\na;b;3,5\n');
    const quoted = await readCsv('userId,movieId,rating\na,b,"3,5"\n');
    const bare = await readCsv('userId,movieId,rating\na,b,3,5\n');
    for (const { rows, rejects } of [semicolons, quoted, bare]) {
      expect(rows).toEqual([]);
      expect(reasons(rejects)[0]).toMatch(/decimal comma.*Write 3.5, not 3,5|decimal comma; write 3.5/);
    }
  });

  it('may hold quotes, a byte order mark, Windows line ends, spaces and no last line end', async () => {
    const { rows, rejects } = await readCsv(
      '\uFEFFuserId,"movieId",rating\r\n"Doe, Jane","say ""hi""",4\r\nZoë , 千と千尋,2.5\r\n" a ",b,1',
    );
    expect(pairs(rows)).toEqual([
      ['Doe, Jane', 'say "hi"', 4],
      ['Zoë', '千と千尋', 2.5],
      [' a ', 'b', 1],
    ]);
    expect(rejects.count).toBe(0);
  });

  it('takes quoted and plain spellings of an id for one', async () => {
    const { ratings } = await readCsv('userId,movieId,rating\na,m,1\n"a","m",2\n');
    expect(ratings.users).toEqual(['a']);
    expect(ratings.movies).toEqual(['m']);
  });

  it('tells 7 from 07 and from 7.0', async () => {
    expect((await readCsv('userId,movieId,rating\n7,m,1\n07,m,1\n7.0,m,1\n')).ratings.users).toEqual(['7', '07', '7.0']);
  });

  it('loses a line, not the rest of the file, by a quote that is never closed', async () => {
    const { rows, rejects } = await readCsv('userId,movieId,rating\n"a,b,3\n"a"x,b,3\na,b\nc,d,4\n\n');
    expect(pairs(rows)).toEqual([['c', 'd', 4]]);
    expect(rejectedLines(rejects)).toEqual(['ratings.csv:2', 'ratings.csv:3', 'ratings.csv:4']);
    expect(reasons(rejects)[0]).toMatch(/never closed/);
  });

  it.each(['1', '3', '3.5', '03.50', '.5', '5.', '+4', '-1', '1e2', '0.1', '4.333333333333333', '123456789012345678', ' 4 '])(
    'reads the number %j as JavaScript does',
    async (text) => {
      expect((await readCsv(`userId,movieId,rating\na,b,${text}\n`)).rows[0]?.rating).toBe(Number(text));
    },
  );

  it('rejects ratings off a scale that is given', async () => {
    const { rows, rejects } = await readCsv('userId,movieId,rating\na,a,3\na,b,6\na,c,2.5\na,d,1\na,e,6\n', { min: 1, max: 5, step: 1 });
    expect(rows.map(({ movieId }) => movieId)).toEqual(['a', 'd']);
    expect(rejects.groups).toMatchObject([
      { reason: 'rating 6 is outside the scale 1 to 5 (in steps of 1).', count: 2, first: [{ line: 3 }, { line: 6 }] },
      { reason: 'rating 2.5 is between the steps of the scale 1 to 5 (in steps of 1).', count: 1, first: [{ line: 4 }] },
    ]);
  });

  it('says in one line what its header must be', async () => {
    for (const text of [
      'user,item,stars\n1,2,3\n',
      '1,2,3\n',
      'userId,movieId\n',
      'userId,movieId,rating,rating\n',
      'user,user,item,rating\n',
      '"userId,movieId,rating\n',
    ]) {
      await expect(readCsv(text)).rejects.toThrow(CommandError);
      await expect(readCsv(text)).rejects.toThrow(/^[^\n]*userId, movieId, rating[^\n]*$/);
    }
  });

  it('knows a hundred thousand ids apart', async () => {
    const lines = Array.from({ length: 100_000 }, (_, k) => `u${k},m${k % 50_000},${1 + (k % 5)}`);
    const { ratings, rows } = await readCsv(`userId,movieId,rating\n${lines.join('\n')}\n${lines.slice(0, 1_000).join('\n')}\n`);
    expect(ratings.users).toHaveLength(100_000);
    expect(ratings.movies).toHaveLength(50_000);
    expect(rows.every(({ userId, movieId }, k) => userId === `u${k % 100_000}` && movieId === `m${(k % 100_000) % 50_000}`)).toBe(true);
  });
});

describe('splitCsvLine', () => {
  it('keeps empty fields, also at the end', () => {
    expect(splitCsvLine('a,,')).toEqual(['a', '', '']);
    expect(splitCsvLine('"a",,""')).toEqual(['a', '', '']);
    expect(splitCsvLine('"a",')).toEqual(['a', '']);
  });
});
