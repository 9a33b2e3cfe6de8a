import { Context } from '@temporalio/activity';

/** Heartbeat tells Temporal that an activity is alive, and the activity that it has been cancelled. */
export interface Heartbeat {
  readonly signal: AbortSignal;
  /** report sets what the next heartbeats say; counts and places only, never a record. */
  report(details: Readonly<Record<string, unknown>>): void;
}

/** withHeartbeat runs a task with a heartbeat once a second, however long its steps take. */
export async function withHeartbeat<Result>(task: (heartbeat: Heartbeat) => Promise<Result>): Promise<Result> {
  const context = Context.current();
  // A local activity lives within a workflow task, whose own time limit shows that a worker is lost.
  if (context.info.isLocal) return task({ signal: context.cancellationSignal, report: () => undefined });
  let details: Readonly<Record<string, unknown>> = {};
  const timer = setInterval(() => { context.heartbeat(details); }, 1000);
  context.heartbeat(details);
  try {
    return await task({ signal: context.cancellationSignal, report: (next) => { details = next; } });
  } finally {
    clearInterval(timer);
  }
}
