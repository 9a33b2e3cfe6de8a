// The same three calls as bare Temporal activities: what a handoff of Crosswalk is measured against.
import { proxyActivities } from '@temporalio/workflow';

const { post } = proxyActivities({ startToCloseTimeout: '30 seconds' });

export async function threeCalls({ id }) {
  await Promise.all([1, 2, 3].map((call) => post({ id: `${id}-${call}` })));
}
