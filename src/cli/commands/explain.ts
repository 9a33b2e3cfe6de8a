import { type Command, Option } from 'commander';
import { definitionKinds } from '../../contracts/definition-kind.js';
import type { ExplainOptions } from '../explanations/explain-report.js';
import { runCommand, withCommonOptions, type CommonOptions } from '../run-command.js';
import { folderArgument } from './plan.js';

/** registerExplain adds `crosswalk explain`. */
export function registerExplain(program: Command): void {
  withCommonOptions(program.command('explain')
    .summary('say in plain sentences what a definition does')
    .description('Say in plain sentences what a definition does: what starts it, its conditions, steps, waits and approvals, and what happens when something fails. Needs no database and no server.')
    .argument('<name>', 'name of a system, sync, quality definition, handoff, team, channel or alerts definition')
    .addOption(new Option('--kind <kind>', 'which, where several have the name').choices(definitionKinds))
    .addOption(new Option('--format <format>', 'what is printed; mermaid is for handoffs').choices(['text', 'markdown', 'mermaid']).default('text'))
    .option('--definitions <folder>', folderArgument)
    .addOption(new Option('--in-force', 'explain the version in force, from the database').conflicts('definitions')))
    .addHelpText('after', '\nExamples:\n  crosswalk explain deal-closed\n  crosswalk explain deal-closed --format mermaid\n  crosswalk explain contacts-to-mailing --in-force')
    .action((name: string, options: CommonOptions & ExplainOptions) => runCommand(options, async (context) => {
      const { explainReport } = await import('../explanations/explain-report.js');
      return explainReport(context, name, options);
    }));
}
