import { didYouMean } from '../../config/suggestion.js';
import type { WatchDriftResult } from '../../contracts/drift.js';
import { driftWorkflowId } from '../../contracts/ids.js';
import { taskQueue, workflowTypes } from '../../contracts/names.js';
import { activeDefinitions } from '../../store/definitions.js';
import { badInput } from '../command-error.js';
import { exitCodes } from '../exit-codes.js';
import type { CommandContext } from '../run-command.js';
import { sentenceEnd } from '../sync-names.js';
import type { Report } from '../terminal/report.js';
import { table } from '../terminal/table.js';
import { count } from '../terminal/wording.js';

/** driftCheckReport looks at a system now and waits for the end; throws CommandError for a system that is not in force. */
export async function driftCheckReport({ session }: CommandContext, system: string): Promise<Report> {
  const systems = (await activeDefinitions(await session.database(), 'system')).map(({ name }) => name);
  if (!systems.includes(system)) throw badInput(`There is no system "${system.slice(0, 60)}" in force${sentenceEnd(didYouMean(system, systems))}`, { todo: 'Apply its definition with "crosswalk apply".' });
  const temporal = await session.temporal();
  // Who asks while another look is under way gets the result of that one.
  const result = await temporal.workflow.execute(workflowTypes.watchDrift, { workflowId: driftWorkflowId(system), workflowIdConflictPolicy: 'USE_EXISTING', taskQueue, args: [{ system }] }) as WatchDriftResult;
  const quarantined = result.objects.reduce((sum, object) => sum + object.quarantined, 0);
  return {
    data: result,
    text: (style) => (result.objects.length === 0 ? `No sync maps records of ${system}, so there is nothing to look at.` : [
      table([{ title: 'object' }, { title: 'records', align: 'right' }, { title: 'differences', align: 'right' }, { title: 'newly in quarantine', align: 'right' }], result.objects.map(({ object, records, drifts, quarantined: held }) => [object, count(records), count(drifts), count(held)]), style),
      ...(quarantined === 0 ? [] : ['', style.colors.yellow('See "crosswalk drift".')]),
    ].join('\n')),
    ...(quarantined === 0 ? {} : { exitCode: exitCodes.held }),
  };
}
