import { CommandError } from '../command-error.js';
import type { Demonstration } from './follow-demonstration.js';
import { openDeal, putIntoStage } from './sandbox-deals.js';

/** From this amount on, the example's definition asks for an approval. */
const LARGE = 50_000;

/** dealClosed wins a deal, a large one where it is asked for. */
export function dealClosed(large: boolean): Demonstration {
  return {
    handoff: 'deal-closed', approval: 'large-deal',
    prepare: async (sandboxUrl) => {
      const deal = await openDeal(sandboxUrl, { large, bound: LARGE });
      if (deal === undefined) throw noDeal(`${large ? 'large ' : ''}open deal`);
      return { recordId: deal.id, saying: `Winning ${deal.id} in the CRM: ${deal.name}, ${deal.amount} ${deal.currency}`, act: () => putIntoStage(sandboxUrl, deal.id, 'won') };
    },
  };
}

/** noDeal is the failure where the sandbox has no deal for a demonstration. */
export function noDeal(what: string): CommandError {
  return new CommandError(`No ${what} is left in the sandbox.`, { todo: 'Run "npm run reset" and "npm start" for fresh ones.' });
}
