import type { AlertsDefinition } from '../contracts/alerts-definition.js';
import type { ChannelDefinition } from '../contracts/channel-definition.js';
import type { HandoffDefinition } from '../contracts/handoff-definition.js';
import type { QualityDefinition } from '../contracts/quality-definition.js';
import type { SyncDefinition } from '../contracts/sync-definition.js';
import type { SystemDefinition } from '../contracts/system-definition.js';
import type { TeamDefinition } from '../contracts/team-definition.js';
import { explainHandoff } from './explain-handoff.js';
import { explainAlerts, explainChannel, explainTeam } from './explain-people.js';
import { explainQuality } from './explain-quality.js';
import { explainSync } from './explain-sync.js';
import { explainSystem } from './explain-system.js';
import type { Explanation } from './explanation.js';

/** ExplainableDefinition is a definition of any kind. */
export type ExplainableDefinition =
  | { readonly kind: 'system'; readonly body: SystemDefinition }
  | { readonly kind: 'sync'; readonly body: SyncDefinition }
  | { readonly kind: 'quality'; readonly body: QualityDefinition }
  | { readonly kind: 'handoff'; readonly body: HandoffDefinition }
  | { readonly kind: 'team'; readonly body: TeamDefinition }
  | { readonly kind: 'channel'; readonly body: ChannelDefinition }
  | { readonly kind: 'alerts'; readonly body: AlertsDefinition };

/** explainDefinition says a definition of any kind in plain sentences. */
export function explainDefinition(definition: ExplainableDefinition): Explanation {
  switch (definition.kind) {
    case 'system': return explainSystem(definition.body);
    case 'sync': return explainSync(definition.body);
    case 'quality': return explainQuality(definition.body);
    case 'handoff': return explainHandoff(definition.body);
    case 'team': return explainTeam(definition.body);
    case 'channel': return explainChannel(definition.body);
    case 'alerts': return explainAlerts(definition.body);
  }
}
