import type { Command } from 'commander';
import { runCommand, withCommonOptions, type CommonOptions } from '../run-command.js';

/** registerDemo adds `crosswalk demo`. */
export function registerDemo(program: Command): void {
  const demo = program.command('demo')
    .summary('watch a handoff happen in the sandbox')
    .description('Do in the sandbox what a person would do there, and watch what comes of it. It needs a running "npm start".');
  withCommonOptions(demo.command('deal-closed')
    .summary('win a deal and follow it into all systems')
    .description('Win a deal in the sandbox\'s CRM as a salesperson would, wait for the webhook, and follow the handoff step by step to its last effect.')
    .option('--large', 'choose a deal that needs an approval, and stop at the question'))
    .addHelpText('after', '\nExample:\n  crosswalk demo deal-closed')
    .action((options: CommonOptions & { readonly large?: boolean }) => runCommand(options, async (context) => {
      const [{ followDemonstration }, { dealClosed }] = await Promise.all([import('../demo/follow-demonstration.js'), import('../demo/deal-closed.js')]);
      return followDemonstration(context, dealClosed(options.large === true));
    }));
  withCommonOptions(demo.command('stage-progression')
    .summary('put a deal into its next stage and see its tasks appear')
    .description('Put a deal in the sandbox\'s CRM into its next stage as a salesperson would, wait for the webhook, and follow the handoff that makes the tasks of that stage.'))
    .addHelpText('after', '\nExample:\n  crosswalk demo stage-progression')
    .action((options: CommonOptions) => runCommand(options, async (context) => {
      const [{ followDemonstration }, { stageProgression }] = await Promise.all([import('../demo/follow-demonstration.js'), import('../demo/stage-progression.js')]);
      return followDemonstration(context, stageProgression());
    }));
}
