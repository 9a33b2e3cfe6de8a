import type { AlertsDefinition } from '../contracts/alerts-definition.js';
import type { ChannelDefinition, ChannelRoute, ChannelTarget } from '../contracts/channel-definition.js';
import type { TeamDefinition } from '../contracts/team-definition.js';
import { section, type Explanation } from './explanation.js';
import { figure, series, share, span } from './words.js';

/** explainTeam says who is in a team. */
export function explainTeam({ team, title, members }: TeamDefinition): Explanation {
  return {
    title, subject: `team ${team}`,
    sections: section('Who is in it', [
      ...members.map(({ names: [first = '', ...others] }) => (others.length === 0 ? `${first}.` : `${first}, also known as ${series(others, 'or')}.`)),
      'Each of them may answer what the team is asked; the names of one person count as one person.',
    ]),
  };
}

const WAYS: Readonly<Record<ChannelTarget['type'], string>> = { slack: 'a message in Slack', email: 'an e-mail', pagerduty: 'an incident in PagerDuty', webhook: 'a signed webhook' };

/** explainChannel says what a channel takes, and how it tells people. */
export function explainChannel({ channel, send, routes, isDefault, fallback, groupMs }: ChannelDefinition): Explanation {
  return {
    title: channel, subject: `channel ${channel}`,
    sections: [
      ...section('What it takes', [
        ...routes.map(routeWords), isDefault ? 'What no other channel is named for.' : undefined,
        routes.length === 0 && !isDefault ? 'Only what names this channel.' : undefined,
      ]),
      ...section('How it tells', [
        `By ${WAYS[send.type]}${send.type === 'email' ? ` to ${series(send.to)}` : ''}.`,
        groupMs === 0 ? 'Each by itself.' : `What is of the same kind is gathered for ${span(groupMs)} and told once.`,
        fallback === undefined ? 'What cannot be delivered goes to the default channels.' : `What cannot be delivered goes to ${fallback}.`,
      ]),
    ],
  };
}

function routeWords({ departments, severities }: ChannelRoute): string {
  const whose = departments.length === 0 ? 'everything' : `what is for ${series(departments, 'or')}`;
  return `${whose.charAt(0).toUpperCase()}${whose.slice(1)}${severities.length === 0 ? '' : ` and is ${series(severities, 'or')}`}.`;
}

/** explainAlerts says when people are told of trouble. */
export function explainAlerts({ alerts, everyMs, withinMs, repeatMs, department, above }: AlertsDefinition): Explanation {
  return {
    title: alerts, subject: `alerts ${alerts}`,
    sections: [
      ...section('What is told', [
        `More than ${share(above.errorRate)} of a sync's runs in the last ${span(withinMs)} failed, where at least ${figure(above.errorRateOf)} have ended.`,
        above.authentication ? 'A system refuses the credentials.' : undefined,
        `A system holds all requests off for longer than ${span(above.rateLimitMs)}.`,
        `Changes that were announced wait for longer than ${span(above.lagMs)}.`,
        `A run that the clock should have started is late by more than ${span(above.missedScheduleMs)}.`,
        `A question to people is open for longer than ${span(above.waitingApprovalMs)}.`,
        `More than ${figure(above.deadLetters)} dead letters of a sync wait.`,
      ]),
      ...section('How', [
        `It looks every ${span(everyMs)}, tells once when something begins and once when it is over${repeatMs === 0 ? '' : `, and again every ${span(repeatMs)} while it goes on`}.`,
        department === undefined ? undefined : `The department ${department} is told.`,
      ]),
    ],
  };
}
