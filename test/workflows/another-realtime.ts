import { sleep } from '@temporalio/workflow';

/** realtime as no release has it: its history begins with a timer. */
export async function realtime(): Promise<void> {
  await sleep('1 day');
}
