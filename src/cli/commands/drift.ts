import type { Command } from 'commander';
import { runCommand, withCommonOptions, type CommonOptions } from '../run-command.js';

interface EndOptions extends CommonOptions {
  readonly by?: string;
  readonly run: boolean;
}

/** registerDrift adds `crosswalk drift` and its commands. */
export function registerDrift(program: Command): void {
  const drift = withCommonOptions(program.command('drift')
    .summary('see fields that look different than before, and decide')
    .description('List the fields that are in quarantine because they look different at the source than before, what waits for them, and what systems have announced to end.'))
    .addHelpText('after', '\nExample:\n  crosswalk drift')
    .action((options: CommonOptions) => runCommand(options, async (context) => {
      const { driftReport } = await import('../drift/drift-report.js');
      return driftReport(context);
    }));
  registerCheckNow(drift);
  registerEnd(drift, 'accept', 'the field is right as it looks now: write it, and compare with it from now on', 'Say that a field is right as it looks now. It is written again, and later looks are compared with it. A complete run of every sync that maps it is started, which carries over what was held.');
  registerEnd(drift, 'release', 'the field was mended at the source: write it again', 'Say that a field was mended at the source. It is written again, and compared with what it looked like before. A complete run of every sync that maps it is started, which carries over what was held.');
}

function registerCheckNow(drift: Command): void {
  withCommonOptions(drift.command('check')
    .summary('look at a system now')
    .description('Look now at how the records of a system look, as the schedule does once a day. Reads a few pages of each object.')
    .argument('<system>', 'name of the system'))
    .addHelpText('after', '\nExample:\n  crosswalk drift check crm')
    .action((system: string, _options: CommonOptions, command: Command) => runCommand(command.optsWithGlobals<CommonOptions>(), async (context) => {
      const { driftCheckReport } = await import('../drift/drift-check.js');
      return driftCheckReport(context, system);
    }));
}

function registerEnd(drift: Command, name: 'accept' | 'release', summary: string, description: string): void {
  withCommonOptions(drift.command(name)
    .summary(summary)
    .description(description)
    .argument('<system.object>', 'object that the field is of')
    .argument('<field>', 'name of the field, or its JSON Pointer')
    .option('--by <name>', 'who decides (default: the user of the operating system)')
    .option('--no-run', 'do not start the complete runs; the next one carries over what was held'))
    .addHelpText('after', `\nExample:\n  crosswalk drift ${name} crm.contact phone`)
    .action((object: string, field: string, _options: EndOptions, command: Command) => runCommand(command.optsWithGlobals<EndOptions>(), async (context) => {
      const { endQuarantineReport } = await import('../drift/end-quarantine.js');
      return endQuarantineReport(context, { object, field, how: name === 'accept' ? 'accepted' : 'released', ...command.optsWithGlobals<EndOptions>() });
    }));
}
