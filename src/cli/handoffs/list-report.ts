import { recentHandoffRuns } from '../../store/handoff-runs.js';
import { exitCodes } from '../exit-codes.js';
import type { CommandContext } from '../run-command.js';
import type { Report } from '../terminal/report.js';
import { table } from '../terminal/table.js';
import { moment } from '../terminal/wording.js';

/** listReport lists the newest handoffs. */
export async function listReport({ session }: CommandContext, name: string | undefined, limit: number): Promise<Report> {
  const runs = await recentHandoffRuns(await session.database(), limit, name);
  const columns = ['handoff', 'record', 'state', 'started', 'id'].map((title) => ({ title }));
  return {
    data: { handoffs: runs.map(({ id, handoff, record, state, message, run }) => ({ id, handoff, record, state, message, version: run.definitionVersion, startedAt: run.startedAt })) },
    text: (style) => (runs.length === 0 ? 'No handoffs yet.' : table(columns, runs.map(({ id, handoff, record, state, run }) => [handoff, `${record.system}.${record.object} ${record.id}`, state, moment(run.startedAt), id]), style, 0)),
    exitCode: exitCodes.done,
  };
}
