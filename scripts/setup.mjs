/**
 * Brings a clone into a state that can run: packages installed, src built into dist, web into dist/web. What is up to date is left alone,
 * so that a second call only reads files (some 20 ms). Plain JavaScript with nothing but Node's own modules:
 * it runs before anything is installed. All output goes to standard error, which leaves standard output to the command.
 *
 * node scripts/setup.mjs          installs
 * node scripts/setup.mjs build    installs and builds
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const at = (...parts) => join(ROOT, ...parts);

const OLDEST_NODE = [20, 19];
const INSTALL_STAMP = at('node_modules', '.tastegraph-stamp');
const BUILD_STAMP = at('dist', '.stamp');
const LOCK = at('dist', '.setup-lock');
/** How long one process waits for another that installs or builds; milliseconds. */
const LOCK_PATIENCE = 10 * 60_000;

/** A set-up that can't be completed; its message is for the person who started it. */
class SetupError extends Error {}

/** Installs and, if asked to, builds what is missing or stale. Ends the process with 1 and one line where it can't. */
export function setUp({ build = false } = {}) {
  try {
    checkNode();
    if (installed() && (!build || built())) return;
    locked(() => {
      if (!installed()) install();
      if (build && !built()) compile();
    });
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    say(error.message);
    process.exit(1);
  }
}

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1])) return;
  throw new SetupError(
    `Tastegraph needs Node.js ${OLDEST_NODE.join('.')} or later; this is ${process.versions.node}. Get one at https://nodejs.org.`,
  );
}

function installed() {
  return existsSync(at('node_modules', 'typescript')) && stampAt(INSTALL_STAMP) === installKey();
}

function built() {
  return existsSync(at('dist', 'main.js')) && existsSync(at('dist', 'web', 'index.html')) && stampAt(BUILD_STAMP) === buildKey();
}

function install() {
  say('Installing packages with npm (once, a minute or two; better-sqlite3 is compiled where no ready binary fits)...');
  const started = Date.now();
  // Takes the versions of package-lock.json and leaves that file alone. `npm ci` would refuse it where it lists optional
  // packages (native binaries) of one platform only.
  const status = npm(['install', '--no-save', '--include=dev', '--no-audit', '--no-fund']);
  if (status !== 0) throw new SetupError("npm couldn't install the packages; its message is above. Correct that, then run this again.");
  writeFileSync(INSTALL_STAMP, installKey());
  say(`Installed in ${seconds(started)} s.`);
}

function compile() {
  say('Building (once after each change, a few seconds)...');
  const started = Date.now();
  const key = buildKey();
  for (const name of readdirSync(at('dist'))) if (at('dist', name) !== LOCK) rmSync(at('dist', name), { recursive: true });
  // What is compiled is the same without a look at types, in half the time; a test and `npm run lint` look at them.
  run(at('node_modules', 'typescript', 'bin', 'tsc'), '-p', at('tsconfig.build.json'), '--noCheck');
  run(at('node_modules', 'vite', 'bin', 'vite.js'), 'build', '--logLevel', 'warn', at('web'));
  writeFileSync(BUILD_STAMP, key);
  say(`Built in ${seconds(started)} s.`);
}

/** Runs one step of the build with its output on standard error. */
function run(program, ...args) {
  const { status } = spawnSync(process.execPath, [program, ...args], { cwd: ROOT, stdio: ['ignore', 2, 2] });
  if (status !== 0) throw new SetupError("The build failed; the compiler's message is above.");
}

/** Runs npm with its output on standard error: the one that started us, else the one on the path. */
function npm(args) {
  const options = { cwd: ROOT, stdio: ['ignore', 2, 2] };
  const own = process.env.npm_execpath;
  if (own !== undefined && /npm-cli\.c?js$/.test(own)) return spawnSync(process.execPath, [own, ...args], options).status;
  const { status, error } = spawnSync('npm', args, { ...options, shell: process.platform === 'win32' });
  if (error) throw new SetupError(`npm can't be started (${error.message}). It comes with Node.js: https://nodejs.org.`);
  return status;
}

/** Compiled packages belong to one Node ABI, so that a change of Node installs anew. */
function installKey() {
  const lock = existsSync(at('package-lock.json')) ? 'package-lock.json' : 'package.json';
  return hashOf([lock], process.versions.modules);
}

function buildKey() {
  const sources = ['src', 'web']
    .flatMap((folder) => readdirSync(at(folder), { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(ROOT.length + 1))
    .sort();
  return hashOf(['tsconfig.json', 'tsconfig.build.json', ...sources], installKey());
}

function hashOf(files, salt) {
  const hash = createHash('sha256').update(salt);
  for (const file of files) hash.update(`\0${file}\0`).update(readFileSync(at(file)));
  return hash.digest('hex');
}

function stampAt(path) {
  return existsSync(path) ? readFileSync(path, 'utf8') : null;
}

/** One process at a time; one that finds another at work waits for it. A lock whose owner is gone is taken over. */
function locked(work) {
  mkdirSync(dirname(LOCK), { recursive: true });
  const deadline = Date.now() + LOCK_PATIENCE;
  for (;;) {
    try {
      writeFileSync(LOCK, String(process.pid), { flag: 'wx' });
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw new SetupError(`${dirname(LOCK)} can't be written: ${error.message}.`);
    }
    if (!alive(ownerOfLock())) rmSync(LOCK, { force: true });
    else if (Date.now() > deadline) throw new SetupError(`Another process holds ${LOCK} for long. End it, or delete that file.`);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
  }
  try {
    work();
  } finally {
    rmSync(LOCK, { force: true });
  }
}

function ownerOfLock() {
  return Number(stampAt(LOCK) ?? 0);
}

function alive(processId) {
  if (!(processId > 0)) return false;
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function seconds(since) {
  return ((Date.now() - since) / 1000).toFixed(1);
}

function say(text) {
  process.stderr.write(`${text}\n`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) setUp({ build: process.argv[2] === 'build' });
