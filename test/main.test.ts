import { spawn } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { MAIN } from './support/process.ts';

/** Runs the command line, as it was built, in a process of its own: from source each call would compile it anew. */
function tastegraph(
  args: readonly string[],
  environment: NodeJS.ProcessEnv = {},
): Promise<{ status: number | null; out: string; err: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [MAIN, ...args], { env: { ...process.env, ...environment } });
    let [out, err] = ['', ''];
    child.stdout.on('data', (text) => (out += text));
    child.stderr.on('data', (text) => (err += text));
    child.on('error', reject);
    child.on('close', (status) => resolve({ status, out, err }));
  });
}

describe.concurrent('the command line', () => {
  it.each<[string, RegExp]>([
    ['', /name a command: serve, import, train, evaluate/],
    ['bogus', /no command "bogus".*serve/],
    ['serve --bogus', /--bogus/],
    ['serve --port 99999', /--port.*65535/],
    ['serve --port 1.5', /--port.*int/],
    ['serve --demo x', /--demo.*lab, demo, none/],
    ['token shop', /role/],
    ['import', /path/],
    ['import x --format xls', /--format.*auto, ml-100k, ml-1m, ml-csv, csv/],
    ['train --models mf,foo', /--models.*"foo".*mf/],
    ['evaluate', /--train FILE --test FILE/],
    ['evaluate --train a', /--test/],
    ['evaluate --train a --test b --prequential', /not both/],
    ['evaluate --prequential --warm 2', /--warm.*above 0 and below 1/],
    ['evaluate --prequential --frozen', /--frozen.*--warm/],
    ['evaluate --train a --test b --ranking next', /not both/],
    ['evaluate --prequential --ranking next', /not both/],
    ['evaluate --ranking best', /--ranking.*next, cold, time/],
    ['evaluate --ranking cold --models mf', /--ranking cold.*--models/],
    ['evaluate --ranking time --models sgd', /--models mf or --models hybrid/],
    ['evaluate --ranking cold --warm 0.5', /--warm goes with --prequential/],
    ['evaluate --prequential --knobs', /--knobs.*--train/],
    ['evaluate --train a --test b --models gnn --knobs', /--knobs.*mf or hybrid/],
    ['evaluate --prequential --seed -1', /--seed/],
    ['evaluate --folds 1', /--folds.*whole number from 2 to 100/],
    ['evaluate --folds 2.5', /--folds.*whole number/],
    ['evaluate --holdout 1', /--holdout.*above 0 and below 1/],
    ['evaluate --by-time x', /--by-time.*above 0 and below 1/],
    ['evaluate --folds 5 --holdout 0.2', /--folds or --holdout, not both/],
    ['evaluate --train a --test b --folds 5', /not both/],
    ['evaluate --holdout 0.2 --split weekly', /--split.*random, by-user, cold-users, cold-movies/],
    ['evaluate --by-time 0.2 --split random', /--split goes with --folds or --holdout/],
    ['evaluate --holdout 0.2 --movies m.csv', /--movies goes with --train/],
    ['evaluate --holdout 0.2 --models mf --standardize', /--standardize is for sgd/],
    ['evaluate --search 5', /--search needs --out FILE/],
    ['evaluate --search 1 --out s.json', /--search.*whole number from 2/],
    ['evaluate --search --train a --test b --out s.json', /takes no --test/],
    ['evaluate --search --models gnn --out s.json', /knows sgd, variational, sampled, not gnn/],
    ['evaluate --folds 5 --out s.json', /--out goes with --search/],
    ['evaluate --ranking next --html x.html', /--html/],
    ['evaluate --last-out --warm 0.5', /--warm goes with --prequential/],
  ])('calls "%s" a usage error, in one line', async (line, message) => {
    const { status, out, err } = await tastegraph(line.split(' ').filter(Boolean));
    expect(err).toMatch(message);
    expect(err.trim().split('\n')).toHaveLength(1);
    expect({ status, out }).toEqual({ status: 2, out: '' });
  });

  it('explains itself', async () => {
    const { status, out, err } = await tastegraph(['--help']);
    expect(out).toMatch(/serve[\s\S]*import[\s\S]*train[\s\S]*evaluate/);
    expect({ status, err }).toEqual({ status: 0, err: '' });
  });

  it('fails with one line on a wrong setting', async () => {
    const { status, err } = await tastegraph(['train'], { TASTEGRAPH_WRITE_QUEUE: '0' });
    expect(err).toMatch(/^Setting writeQueue \(TASTEGRAPH_WRITE_QUEUE\).*\n$/);
    expect(status).toBe(1);
  });

  it('makes a token, and only with one listens beyond this machine', async () => {
    const made = await tastegraph(['token', 'shop', 'write']);
    expect(made.status).toBe(0);
    expect(made.out).toMatch(/^tg_[\w-]{43}\nshop:write:sha256-[0-9a-f]{64}\n$/);
    const { status, out, err } = await tastegraph(['serve', '--host', '0.0.0.0', '--port', '0', '--db', '/nonexistent/taste.db']);
    expect(err).toMatch(/^0\.0\.0\.0 can be reached from other machines.*--insecure\.\n$/);
    expect({ status, out }).toEqual({ status: 1, out: '' });
  });
});
