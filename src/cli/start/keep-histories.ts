import type { Connection } from '@temporalio/client';

/** How long the local Temporal server keeps the histories of closed workflows; its own default is a day. */
const RETENTION_DAYS = 30;

/** keepHistories makes the local Temporal server keep closed workflows long enough to look back at them. */
export async function keepHistories(connection: Connection, namespace: string): Promise<void> {
  await connection.workflowService.updateNamespace({ namespace, config: { workflowExecutionRetentionTtl: { seconds: RETENTION_DAYS * 86_400, nanos: 0 } as never } });
}
