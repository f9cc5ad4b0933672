import { runImport } from '../src/commands/import.ts';
import { loadConfig } from '../src/config.ts';

/** `importOnce.ts CSV DB`: one import; sends the most memory that the process ever held, in bytes. */
const [path, db] = process.argv.slice(2) as [string, string];
await runImport({ path, format: 'auto', rejects: null }, loadConfig({ db }, {}));
process.send!(process.resourceUsage().maxRSS * 1024);
process.disconnect();
