import { CancellationScope, isCancellation, log } from '@temporalio/workflow';
import type { TellApproversInput } from '../src/contracts/approval.js';
import { humanOptions, people, quickApproval } from './activity-options.js';

/** ApprovalNotices tells people about a question, without keeping the question waiting for a channel that is down. */
export class ApprovalNotices {
  /** Deliveries that have not ended. */
  underWay = 0;
  private readonly deliveries = new CancellationScope();

  constructor(private readonly approvalId: string) {}

  /** tell stores what people are told, and begins to deliver it. */
  async tell(input: Omit<TellApproversInput, 'approvalId'>): Promise<void> {
    const { notificationIds } = await quickApproval.tellApprovers({ approvalId: this.approvalId, ...input });
    for (const notificationId of notificationIds) void this.deliver(notificationId, input.event);
  }

  /** stop gives up what has not been delivered. */
  stop(): void {
    this.deliveries.cancel();
  }

  private async deliver(notificationId: string, event: string): Promise<void> {
    this.underWay += 1;
    try {
      await this.deliveries.run(() => people.deliverNotification.executeWithOptions({ ...humanOptions, summary: event }, [{ notificationId }]));
    } catch (error) {
      // What was not delivered stays in the database as such; the question does not fail for it.
      if (!isCancellation(error)) log.warn('A notification of an approval was not delivered.', { approvalId: this.approvalId, event });
    } finally {
      this.underWay -= 1;
    }
  }
}
