import { CommanderError } from 'commander';
import { explainError } from './explain-error.js';
import { exitCodes } from './exit-codes.js';
import { createProgram } from './program.js';
import { preventCoreDumps } from '../log/core-dumps.js';
import { packageVersion } from './package-version.js';
import { Terminal } from './terminal/terminal.js';

// `crosswalk dead-letters | head` closes the pipe; that is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(exitCodes.done);
  throw error;
});

// Whatever a command starts inherits it. A command that cannot do it goes on: it holds secrets for seconds.
preventCoreDumps({ warn: () => undefined });

await main(process.argv);

async function main(args: readonly string[]): Promise<void> {
  const asked = { json: args.includes('--json'), debug: args.includes('--debug') };
  try {
    await createProgram(packageVersion()).parseAsync([...args]);
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
      // Commander has said on standard error what is wrong; a machine reads standard output.
      if (asked.json && error.exitCode !== 0) process.stdout.write(`${JSON.stringify({ error: { message: error.message.replace(/^error: /, ''), where: null, todo: null, exitCode: exitCodes.usage } }, null, 2)}\n`);
      return;
    }
    const explanation = explainError(error);
    await new Terminal(asked).failure(explanation);
    process.exitCode = explanation.exitCode;
  }
}
