import { type Command, Option } from 'commander';
import type { SyncMode } from '../../contracts/run.js';
import { runCommand, withCommonOptions, type CommonOptions } from '../run-command.js';
import type { RunSignal } from '../runs/signal-run.js';
import type { SyncReportOptions } from '../runs/sync-report.js';
import { wholeNumber } from './whole-number.js';

interface SyncOptions extends CommonOptions, SyncReportOptions {
  readonly full?: boolean;
  readonly backfill?: boolean;
  readonly plan?: boolean;
  readonly pause?: boolean;
  readonly resume?: boolean;
  readonly stop?: boolean;
}

const modes = ['full', 'backfill', 'plan'] as const;
const signals = ['pause', 'resume', 'stop'] as const;

/** registerSync adds `crosswalk sync`. */
export function registerSync(program: Command): void {
  withCommonOptions(program.command('sync')
    .summary('run a sync now, plan it, pause it or stop it')
    .description('Run a sync now and show its progress, or attach to its run that is under way. Reads what has changed since the last run.')
    .argument('<name>', 'name of the sync')
    .addOption(modeOption('full', 'read everything, and act on records that are gone at the source'))
    .addOption(modeOption('backfill', 'carry all of history over once, beside the regular runs; removes nothing'))
    .addOption(modeOption('plan', 'find out what a run would write, field by field, and write nothing'))
    .addOption(allowanceOption('removals', 'let this run remove more records than the sync\'s own limit'))
    .addOption(allowanceOption('changes', 'let this run change more records than the sync\'s own limit'))
    .addOption(allowanceOption('shrink', 'let this run believe a source that has far fewer records than before'))
    .option('--detach', 'only start the run; do not wait for its end')
    .option('--strict', 'end with exit code 3 when the run parked records')
    .option('--limit <n>', 'with --plan: how many planned writes to show', wholeNumber(1, 1000), 10)
    .addOption(signalOption('pause', 'hold the run that is under way at its next checkpoint'))
    .addOption(signalOption('resume', 'let a paused run go on'))
    .addOption(signalOption('stop', 'end the run that is under way at its next checkpoint; the next run continues from there')))
    .addHelpText('after', [
      '\nCtrl-C lets go of the run, which goes on; stop it with --stop. A backfill and a plan',
      'are runs of their own: name them along, as in "crosswalk sync NAME --backfill --stop".',
      '\nExamples:\n  crosswalk sync contacts-to-mailing --plan\n  crosswalk sync contacts-to-mailing\n  crosswalk sync contacts-to-mailing --full --detach',
    ].join('\n'))
    .action((name: string, options: SyncOptions) => runCommand(options, async (context) => {
      const asked = signals.find((candidate) => options[candidate] === true);
      const wanted: SyncMode = modes.find((candidate) => options[candidate] === true) ?? 'incremental';
      if (asked !== undefined) return (await import('../runs/signal-run.js')).signalRun(context, name, wanted, asked);
      return (await import('../runs/sync-report.js')).syncReport(context, name, wanted, options);
    }));
}

function modeOption(name: (typeof modes)[number], text: string): Option {
  return new Option(`--${name}`, text).conflicts(modes.filter((other) => other !== name));
}

function allowanceOption(what: 'removals' | 'changes' | 'shrink', text: string): Option {
  return new Option(`--allow-${what}`, text).conflicts(['backfill', 'plan']);
}

function signalOption(name: RunSignal, text: string): Option {
  return new Option(`--${name}`, text).conflicts([...signals.filter((other) => other !== name), 'detach', 'strict', 'allowRemovals', 'allowChanges', 'allowShrink']);
}
