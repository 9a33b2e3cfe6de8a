import { noDeal } from './deal-closed.js';
import type { Demonstration } from './follow-demonstration.js';
import { openDeal, putIntoStage } from './sandbox-deals.js';

/** The stage that follows each; deals only go forward here, so that each stage is new to them. */
const next: Readonly<Record<string, string>> = { qualification: 'proposal', proposal: 'negotiation' };

/** stageProgression puts a deal into its next stage. */
export function stageProgression(): Demonstration {
  return {
    handoff: 'stage-progression',
    prepare: async (sandboxUrl) => {
      const deal = await openDeal(sandboxUrl, { stages: Object.keys(next) });
      const stage = deal === undefined ? undefined : next[deal.stage];
      if (deal === undefined || stage === undefined) throw noDeal('deal before its negotiation');
      return { recordId: deal.id, saying: `Putting ${deal.id} from ${deal.stage} into ${stage} in the CRM: ${deal.name}`, act: () => putIntoStage(sandboxUrl, deal.id, stage) };
    },
  };
}
