// A process that starts local servers as `npm start` does, for tests that kill it. It says what it has started in one
// line of JSON, and stops everything on SIGTERM. Arguments: state folder, then "postgres", "temporal" or both, and
// optionally "child:<script>".
import path from 'node:path';
import { startChild } from '../../src/local/child-process.js';
import { startPostgres } from '../../src/local/postgres.js';
import { claimStateFolder, openStateFolder } from '../../src/local/state-folder.js';
import { resolveTemporalBinary } from '../../src/local/temporal-binary.js';
import { startTemporalServer } from '../../src/local/temporal-server.js';

const [folder, ...parts] = process.argv.slice(2);
const onProgress = (message: string): void => void process.stderr.write(`${message}\n`);

try {
  const stateFolder = claimStateFolder(openStateFolder(folder));
  const postgres = parts.includes('postgres') ? await startPostgres({ stateFolder, onProgress }) : undefined;
  const binary = parts.includes('temporal') ? await resolveTemporalBinary({ onProgress }) : undefined;
  const temporal = binary === undefined ? undefined : await startTemporalServer({ stateFolder, binary: binary.path, headless: true, onProgress });
  const script = parts.find((part) => part.startsWith('child:'))?.slice('child:'.length);
  const logFile = path.join(stateFolder.logs, 'child.log');
  const child = script === undefined ? undefined : await startChild({ name: 'child', script, logFile, onProgress });

  process.once('SIGTERM', () => {
    void Promise.all([child?.stop(), temporal?.stop(), postgres?.stop()]).then(() => {
      stateFolder.release();
      process.exit(0);
    });
  });
  const started = { postgres: postgres && { pid: postgres.pid, url: postgres.url }, temporal: temporal && { pid: temporal.pid, address: temporal.address }, child: child?.pid() };
  process.stdout.write(`${JSON.stringify(started)}\n`);
  setInterval(() => undefined, 60_000);
} catch (error) {
  process.stderr.write(`${String(error)}\n`);
  process.exit(1);
}
