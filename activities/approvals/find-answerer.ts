import type { Answerer } from '../../src/contracts/approval.js';
import { describeAnswerer } from '../../src/domain/approval/answerer.js';
import type { StoredApproval } from '../../src/store/approvals.js';
import type { Database } from '../../src/store/database.js';
import { delegationsInForce } from '../../src/store/delegations.js';
import { peopleDirectory } from '../../src/store/people-directory.js';

/** findAnswerer says as whom a person may answer, by the teams and the delegations of this moment. */
export async function findAnswerer(database: Database, { policy, requestedBy }: Pick<StoredApproval, 'policy' | 'requestedBy'>, name: string): Promise<Answerer> {
  const [directory, delegations] = await Promise.all([peopleDirectory(database), delegationsInForce(database)]);
  const person = directory.personOf(name);
  const standsInFor = delegations.filter(({ to }) => directory.personOf(to) === person).map(({ from }) => from);
  return describeAnswerer(name, { policy, requestedBy, directory, standsInFor });
}
