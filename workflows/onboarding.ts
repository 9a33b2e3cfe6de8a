import type { HandoffInput, HandoffResult } from '../src/contracts/handoff.js';
import { carryOutHandoff } from './carry-out-handoff.js';

/** OnboardingInput starts the onboarding of a customer. */
export interface OnboardingInput extends HandoffInput {
  readonly handoff: 'onboarding';
}

/** onboarding takes a new customer through support, mailing and kick-off, as the definition `onboarding` says. */
export function onboarding(customer: OnboardingInput): Promise<HandoffResult> {
  return carryOutHandoff(customer);
}
