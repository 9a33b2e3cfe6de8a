import { type Command, Option } from 'commander';
import type { ApproveOptions } from '../plans/approve-plan.js';
import type { ShowPlanOptions } from '../plans/show-plan.js';
import { runCommand, withCommonOptions, type CommonOptions } from '../run-command.js';
import { wholeNumber } from './whole-number.js';

const signals = ['pause', 'resume', 'stop'] as const;

/** registerPlans adds `crosswalk plans` and what is done with a plan. */
export function registerPlans(program: Command): void {
  const command = withCommonOptions(program.command('plans')
    .summary('list stored plans; show, approve and apply one')
    .description('List the stored plans, the newest first: what each would write, who approved it, and what became of it.')
    .option('--sync <name>', 'only those of one sync')
    .option('--limit <n>', 'how many to list', wholeNumber(1, 1000), 20))
    .addHelpText('after', [
      '\nA plan is made by "crosswalk sync NAME --plan" and by "crosswalk undo". It is approved by',
      'its hash, so that nothing else than what was looked at is applied, and applied once. Before',
      'the first write, all that it is about is compared with the plan once more.',
      '\nExamples:\n  crosswalk plans --sync contacts-to-mailing\n  crosswalk plans show 5a317c7e',
    ].join('\n'))
    .action((options: CommonOptions & { readonly sync?: string; readonly limit: number }) => runCommand(options, async (context) => {
      const { plansReport } = await import('../plans/show-plan.js');
      return plansReport(context, options);
    }));
  // Otherwise options that both have would be taken for those of the list.
  command.enablePositionalOptions();
  registerShow(command);
  registerApprove(command);
  registerApply(command);
}

const planArgument = 'id of the plan, or its first or last characters';

function registerShow(plans: Command): void {
  withCommonOptions(plans.command('show')
    .summary('show a plan: every write field by field, and what it leaves out')
    .description('Show a plan: its hash, its writes field by field, and the records that it leaves out, with the reasons.')
    .argument('<id>', planArgument)
    .option('--limit <n>', 'how many writes and left-out records to show', wholeNumber(1, 1000), 20)
    .option('--after <write>', 'begin after this write; --json gives the one to continue with as "nextWrite"')
    .option('--lines', 'print every write as a JSON document on a line of its own, however many there are'))
    .addHelpText('after', '\nExamples:\n  crosswalk plans show 5a317c7e --limit 100\n  crosswalk plans show 5a317c7e --lines > writes.ndjson')
    .action((id: string, _options: CommonOptions, command: Command) => runCommand(command.optsWithGlobals<CommonOptions>(), async (context) => {
      const { showPlan } = await import('../plans/show-plan.js');
      return showPlan(context, id, command.opts<ShowPlanOptions>());
    }));
}

function registerApprove(plans: Command): void {
  withCommonOptions(plans.command('approve')
    .summary('approve a plan by its hash')
    .description('Approve a plan by its hash, as "crosswalk plans show" shows it. Who approved and when is kept with the plan and the run that applies it.')
    .argument('<id>', planArgument)
    .requiredOption('--hash <hash>', 'hash of the plan, or at least its first 12 digits')
    .option('--as <name>', 'whose approval it is (default: the user of the operating system)'))
    .addHelpText('after', '\nExample:\n  crosswalk plans approve 5a317c7e --hash 9f86d081884c7d65')
    .action((id: string, _options: CommonOptions, command: Command) => runCommand(command.optsWithGlobals<CommonOptions>(), async (context) => {
      const { approve } = await import('../plans/approve-plan.js');
      return approve(context, id, command.opts<ApproveOptions>());
    }));
}

function registerApply(plans: Command): void {
  withCommonOptions(plans.command('apply')
    .summary('apply an approved plan')
    .description('Apply an approved plan: compare all of it with the world as it is now, then write. Where something no longer fits, nothing is written and what it is is listed. A plan that was stopped half-way goes on.')
    .argument('<id>', planArgument)
    .option('--detach', 'only start it; do not wait for its end')
    .addOption(signalOption('pause', 'hold it before its next part'))
    .addOption(signalOption('resume', 'let it go on'))
    .addOption(signalOption('stop', 'end it before its next part; applying it again goes on from there')))
    .addHelpText('after', '\nCtrl-C lets go of it, and it goes on; stop it with --stop.\n\nExample:\n  crosswalk plans apply 5a317c7e')
    .action((id: string, _options: CommonOptions, command: Command) => runCommand(command.optsWithGlobals<CommonOptions>(), async (context) => {
      const { applyReport } = await import('../plans/apply-report.js');
      const options = command.opts<{ readonly detach?: boolean; readonly pause?: boolean; readonly resume?: boolean; readonly stop?: boolean }>();
      return applyReport(context, id, { detach: options.detach === true, signal: signals.find((name) => options[name] === true) });
    }));
}

function signalOption(name: (typeof signals)[number], text: string): Option {
  return new Option(`--${name}`, text).conflicts([...signals.filter((other) => other !== name), 'detach']);
}
