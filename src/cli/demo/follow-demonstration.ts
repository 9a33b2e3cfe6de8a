import { setTimeout as sleep } from 'node:timers/promises';
import { activeDefinitions } from '../../store/definitions.js';
import { findHandoffRun, recentHandoffRuns, type HandoffRun } from '../../store/handoff-runs.js';
import { stepsOfHandoff, type HandoffStepRow } from '../../store/handoff-steps.js';
import type { Database } from '../../store/database.js';
import { badInput, CommandError } from '../command-error.js';
import { exitCodes } from '../exit-codes.js';
import type { CommandContext } from '../run-command.js';
import type { Report } from '../terminal/report.js';

const LOOK_EVERY_MS = 100;
/** The handoff that was just begun is among so many. */
const NEWEST = 5;
const BEGINS_WITHIN_MS = 60_000;
/** How far this clock and the database's may be apart. */
const CLOCKS_APART_MS = 1_000;

/** Demonstration is something that a person would do in the sandbox, and the handoff that comes of it. */
export interface Demonstration {
  readonly handoff: string;
  /** The approval at which the demonstration stops. */
  readonly approval?: string;
  /** prepare chooses a record and says what is done with it; throws CommandError where there is none. */
  readonly prepare: (sandboxUrl: string) => Promise<{ readonly recordId: string; readonly saying: string; readonly act: () => Promise<void> }>;
}

/** followDemonstration does in the sandbox what a person would do, and follows the handoff to its end, or to the question whether it may go on. */
export async function followDemonstration({ session, terminal, signal }: CommandContext, { handoff: name, approval, prepare }: Demonstration): Promise<Report> {
  const sandboxUrl = session.instance()?.sandboxUrl;
  if (sandboxUrl === undefined) throw badInput('No sandbox is running here.', { todo: 'Run "npm start" in another terminal, and wait until it says that it is running.' });
  const database = await session.database();
  if (!(await activeDefinitions(database, 'handoff')).some((definition) => definition.name === name)) {
    throw badInput(`There is no handoff "${name}" in force.`, { todo: 'Start with the example definitions: "npm start" without a folder of your own.' });
  }
  const { recordId, saying, act } = await prepare(sandboxUrl);
  terminal.note(saying);
  const startedAtMs = Date.now();
  await act();
  const begun = await waitForHandoff(database, name, recordId, startedAtMs, signal);
  const { firstExecutionRunId, url } = await addressOf(session, begun.run.workflowId);
  terminal.note(`The webhook has come, and the handoff has begun after ${seconds(begun.run.startedAt.getTime() - startedAtMs)}${url === null ? '' : `:\n  ${url}`}`);
  const { handoff, steps } = await follow(database, begun.id, approval, signal, (step) => {
    terminal.note(`  ${seconds((step.endedAt?.getTime() ?? Date.now()) - startedAtMs).padStart(7)}  ${line(step)}`);
  });
  const tookMs = Date.now() - startedAtMs;
  const ended = handoff.state !== 'running';
  return {
    data: { deal: recordId, handoff: handoff.id, workflowId: handoff.run.workflowId, firstExecutionRunId, url, state: ended ? handoff.state : 'waits-for-approval', tookMs, steps: steps.map(({ path, state, output }) => ({ path, state, record: output?.['id'] ?? null })) },
    text: (style) => [
      ended ? `${style.colors.green(`${name} ${handoff.state}`)} after ${seconds(tookMs)}` : style.colors.yellow('The deal is large: people are asked before anything is written.'),
      ...(url === null ? [] : [`In the Temporal UI: ${url}`]),
      style.colors.dim(ended ? `Step by step: crosswalk handoff show ${handoff.id}` : 'See the question with: crosswalk approvals'),
    ].join('\n'),
    exitCode: handoff.state === 'succeeded' || !ended ? exitCodes.done : exitCodes.failed,
  };
}

// A record may have had other handoffs of the same name before.
async function waitForHandoff(database: Database, name: string, recordId: string, sinceMs: number, signal: AbortSignal): Promise<HandoffRun> {
  for (const until = Date.now() + BEGINS_WITHIN_MS; Date.now() < until; await sleep(LOOK_EVERY_MS, undefined, { signal })) {
    const begun = (await recentHandoffRuns(database, NEWEST, name)).find(({ record, run }) => record.id === recordId && run.startedAt.getTime() >= sinceMs - CLOCKS_APART_MS);
    if (begun !== undefined) return begun;
  }
  throw new CommandError(`The handoff of ${recordId} has not begun within ${seconds(BEGINS_WITHIN_MS)}.`, { todo: 'Look at "crosswalk status" and at the terminal of "npm start".' });
}

/** Follows a handoff until it has ended, waits for an approval, or waits for a person. */
async function follow(database: Database, id: string, approval: string | undefined, signal: AbortSignal, tell: (step: HandoffStepRow) => void): Promise<{ readonly handoff: HandoffRun; readonly steps: readonly HandoffStepRow[] }> {
  const told = new Set<string>();
  for (;;) {
    const handoff = await findHandoffRun(database, id);
    const steps = await stepsOfHandoff(database, id);
    for (const step of steps) {
      if (step.state === 'running' || told.has(step.path)) continue;
      told.add(step.path);
      tell(step);
    }
    const asks = steps.some(({ name, state }) => name === approval && state === 'running');
    if (handoff !== undefined && (handoff.state !== 'running' || asks)) return { handoff, steps };
    await sleep(LOOK_EVERY_MS, undefined, { signal });
  }
}

async function addressOf(session: CommandContext['session'], workflowId: string): Promise<{ readonly firstExecutionRunId: string; readonly url: string | null }> {
  const { runId } = await (await session.temporal()).workflow.getHandle(workflowId).describe();
  return { firstExecutionRunId: runId, url: session.workflowUrl(workflowId, runId) };
}

function line({ path, state, output, message }: HandoffStepRow): string {
  const id = output?.['id'];
  const record = typeof id === 'string' || typeof id === 'number' ? ` → ${id}` : '';
  return `${state === 'done' ? '✓' : state} ${path}${record}${message === null ? '' : `  ${message}`}`;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
