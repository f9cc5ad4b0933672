import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';

/**
 * The house, from the ground up: a file imports only from its own floor and from those that its floor may know.
 * All of these lie below it, so that whoever reads a file finds nothing in it that depends on it.
 */
const GROUND = ['domain'];
const ENGINE = ['engine/math', 'engine/data', 'engine/statistics', 'engine/kernels', 'engine/models', 'engine/online', 'engine/ranking'];
const MACHINE = [...GROUND, 'validation', 'config', ...ENGINE, 'engine/training', 'store'];
const FLOORS: readonly { name: string; files: RegExp; knows: readonly string[] }[] = [
  { name: 'domain', files: /^(domain|errors)\.ts$/, knows: [] },
  { name: 'validation', files: /^validation\.ts$/, knows: GROUND },
  { name: 'config', files: /^config\.ts$/, knows: GROUND },
  ...ENGINE.map((name, height) => ({ name, files: new RegExp(`^${name}/`), knows: [...GROUND, ...ENGINE.slice(0, height)] })),
  { name: 'engine/training', files: /^engine\/training\//, knows: [...GROUND, ...ENGINE] },
  { name: 'engine/evaluation', files: /^engine\/evaluation\//, knows: [...GROUND, ...ENGINE, 'engine/training'] },
  { name: 'store', files: /^store\//, knows: [...GROUND, 'validation', 'config'] },
  { name: 'importers', files: /^importers\//, knows: [...GROUND, 'validation', 'engine/data'] },
  { name: 'exporters', files: /^exporters\//, knows: [...GROUND, 'importers'] },
  { name: 'workerThread', files: /^workerThread\.ts$/, knows: [] },
  { name: 'report', files: /^report\//, knows: [] },
  { name: 'service', files: /^service\.ts$/, knows: GROUND },
  {
    name: 'training',
    files: /^(training|trainer|trainerProtocol|memberThreads?|processMemory|recovery)\.ts$/,
    knows: [...MACHINE, 'workerThread'],
  },
  { name: 'recommender', files: /^recommender(\.ts$|\/)/, knows: [...MACHINE, 'workerThread', 'engine/evaluation', 'service', 'training'] },
  { name: 'resolvers', files: /^resolvers\//, knows: [...GROUND, 'validation', 'service'] },
  { name: 'server', files: /^server(\.ts$|\/)/, knows: [...GROUND, 'validation', 'config', 'service', 'resolvers'] },
  {
    name: 'commands',
    files: /^commands\//,
    knows: [
      ...MACHINE,
      'engine/evaluation',
      'importers',
      'exporters',
      'report',
      'workerThread',
      'service',
      'training',
      'recommender',
      'server',
    ],
  },
  { name: 'commandLine', files: /^commandLine\//, knows: [...GROUND, 'config', 'commands'] },
  { name: 'main', files: /^main\.ts$/, knows: [...GROUND, 'config', 'commands', 'commandLine'] },
  // The dashboard knows the server by its schema alone.
  { name: 'web/words', files: /^web\/format\.ts$/, knows: [] },
  { name: 'web/graphql', files: /^web\/graphql\//, knows: ['web/words'] },
  { name: 'web/state', files: /^web\/state\//, knows: ['web/words', 'web/graphql'] },
  { name: 'web/components', files: /^web\/components\//, knows: ['web/words', 'web/graphql', 'web/state'] },
  { name: 'web/views', files: /^web\/views\//, knows: ['web/words', 'web/graphql', 'web/state', 'web/components'] },
  { name: 'web/page', files: /^web\/(main|app|views)\.tsx?$/, knows: ['web/graphql', 'web/state', 'web/components', 'web/views'] },
];

/** Packages that only some floors may know. */
const PACKAGES: readonly { packages: RegExp; floors: readonly string[] }[] = [
  { packages: /^better-sqlite3$/, floors: ['store'] },
  { packages: /^(graphql|type-graphql|graphql-.*|@apollo\/.*|@graphql-yoga\/.*)$/, floors: ['resolvers', 'server', 'web/graphql'] },
  { packages: /^(fastify|@fastify\/.*|@as-integrations\/.*|ws)$/, floors: ['server'] },
  { packages: /^(gpu\.js|webgpu)$/, floors: ['engine/kernels'] },
  { packages: /^preact$/, floors: ['web/graphql', 'web/state', 'web/components', 'web/views', 'web/page'] },
  { packages: /^@preact\/signals$/, floors: ['web/graphql', 'web/state'] },
  { packages: /^@observablehq\/plot$/, floors: ['web/components', 'web/views'] },
  { packages: /^(commander|cli-progress)$/, floors: ['commands', 'commandLine', 'main'] },
];

interface Source {
  readonly file: string;
  readonly text: string;
  /** Without comments and the contents of strings. */
  readonly code: string;
  /** Files of the house. */
  readonly imports: readonly string[];
  /** Names of packages; Node's own modules left out. */
  readonly packages: readonly string[];
}

const ROOT = join(import.meta.dirname, '..');
const SOURCES = [...sourcesIn('src', ''), ...sourcesIn('web/src', 'web/')];

/** @param prefix stands for the folder in the names of the house */
function sourcesIn(folder: string, prefix: string): Source[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.tsx?$/.test(file))
    .map((file) => file.replaceAll('\\', '/'))
    .sort()
    .map((file) => sourceOf(`${prefix}${file}`, readFileSync(join(ROOT, folder, file), 'utf8')));
}

function sourceOf(file: string, text: string): Source {
  const uncommented = text.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$|\s\/\/ .*$/gm, '');
  const named = [...uncommented.matchAll(/(?:\bfrom\s*|\bimport\s*\(?\s*)'([^']+)'/g)].map((match) => match[1]!);
  return {
    file,
    text,
    code: uncommented.replace(/'(?:[^'\\\n]|\\.)*'/g, "''"),
    imports: named
      .filter((name) => name.startsWith('.') && !name.endsWith('.css'))
      .map((name) => normalize(join(dirname(file), name)).replaceAll('\\', '/')),
    packages: named.filter((name) => !/^(\.|node:)/.test(name)).map((name) => name.match(/^(@[^/]+\/)?[^/]+/)![0]),
  };
}

function pathOf(file: string): string {
  return file.startsWith('web/') ? file.replace('web/', 'web/src/') : `src/${file}`;
}

function floorOf(file: string) {
  return FLOORS.find((floor) => floor.files.test(file));
}

/** Files of one circle of imports, or null. */
function circle(): string[] | null {
  const imports = new Map(SOURCES.map((source) => [source.file, source.imports]));
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): string[] | null => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (done.has(file)) return null;
    for (const next of imports.get(file) ?? []) {
      const found = visit(next, [...path, file]);
      if (found) return found;
    }
    done.add(file);
    return null;
  };
  for (const { file } of SOURCES) {
    const found = visit(file, []);
    if (found) return found;
  }
  return null;
}

describe('the house', () => {
  it('has a floor for every file', () => {
    expect(
      SOURCES.filter(({ file }) => !floorOf(file)).map(({ file }) => `${pathOf(file)} lies on no floor of test/house.test.ts`),
    ).toEqual([]);
  });

  it('imports from the floors below alone', () => {
    const wrong = SOURCES.flatMap(({ file, imports }) => {
      const floor = floorOf(file);
      const allowed = [floor?.name, ...(floor?.knows ?? [])];
      return imports
        .filter((target) => !allowed.includes(floorOf(target)?.name))
        .map((target) => `${pathOf(file)} imports ${pathOf(target)}: ${floor?.name} may know ${floor?.knows.join(', ') || 'nothing'}`);
    });
    expect(wrong).toEqual([]);
  });

  it('keeps databases, GraphQL and the network on their floors', () => {
    const wrong = SOURCES.flatMap(({ file, packages }) =>
      PACKAGES.flatMap((rule) =>
        packages
          .filter((name) => rule.packages.test(name) && !rule.floors.includes(floorOf(file)?.name ?? ''))
          .map((name) => `${pathOf(file)} imports ${name}: only ${rule.floors.join(' and ')} may`),
      ),
    );
    expect(wrong).toEqual([]);
  });

  it('has no circle of imports', () => {
    expect(circle()?.join(' -> ') ?? 'none').toBe('none');
  });

  it('has no file that only passes on what others export', () => {
    const wrong = SOURCES.filter(
      ({ code }) => /\bexport\s+\*/.test(code) || code.replace(/\bexport\s[^;]*\bfrom\s*'';?/g, '').trim() === '',
    );
    expect(wrong.map(({ file }) => `${pathOf(file)} re-exports: import from the file that defines it`)).toEqual([]);
  });

  it('reads the environment in config.ts alone', () => {
    const wrong = SOURCES.filter(
      ({ file, code }) => file !== 'config.ts' && /\bprocess\s*(\.|\?\.)\s*env\b|\bimport\.meta\.env\b/.test(code),
    );
    expect(wrong.map(({ file }) => `${pathOf(file)} reads process.env: add a setting to src/config.ts`)).toEqual([]);
  });

  it('has no any', () => {
    const wrong = SOURCES.filter(({ code }) => /(?:[:<,|&=(]|\bas)\s*any\b(?!\s*(?:[:(]|=>))/.test(code));
    expect(wrong.map(({ file }) => `${pathOf(file)} uses any: use unknown, or the type`)).toEqual([]);
  });
});
