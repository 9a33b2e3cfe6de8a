import { parseArgs } from 'node:util';
import { startSandbox, type SandboxOptions } from './sandbox.js';

const usage = 'usage: node dist/src/sandbox/main.js --port N [--data DIR] [--seed-default]';

/** Runs the sandbox as a process of its own until a signal comes, or until its parent is gone where it asked for that. */
async function main(): Promise<void> {
  const sandbox = await startSandbox(readArguments());
  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    void sandbox.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        fail(error);
      },
    );
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  if (process.env['CROSSWALK_PARENT_PIPE'] === '1') {
    process.stdin.once('end', stop).once('error', stop).once('close', stop).resume();
  }
  process.stdout.write(`${JSON.stringify({ ready: true, url: sandbox.url })}\n`);
}

function readArguments(): SandboxOptions {
  const { values } = parseArgs({
    options: { port: { type: 'string' }, data: { type: 'string' }, 'seed-default': { type: 'boolean' } },
  });
  const port = /^\d{1,5}$/.test(values.port ?? '') ? Number(values.port) : Number.NaN;
  if (!(port <= 65_535)) throw new Error(`--port: must be a number from 0 to 65535; ${usage}`);
  return { port, seedDefault: values['seed-default'] === true, ...(values.data === undefined ? {} : { dataFolder: values.data }) };
}

function fail(error: unknown): void {
  process.stderr.write(`sandbox: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}

main().catch(fail);
