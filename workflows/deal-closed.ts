import type { HandoffInput, HandoffResult } from '../src/contracts/handoff.js';
import { carryOutHandoff } from './carry-out-handoff.js';

/** DealClosedInput starts the handoff of a deal that was won. */
export interface DealClosedInput extends HandoffInput {
  readonly handoff: 'deal-closed';
}

/** dealClosed carries a won deal from sales to delivery, accounting and customer success, as the definition `deal-closed` says. */
export function dealClosed(deal: DealClosedInput): Promise<HandoffResult> {
  return carryOutHandoff(deal);
}
