import { findingAt, type DefinitionPath, type DefinitionSource } from '../definition-source.js';
import type { Finding } from '../finding.js';
import { didYouMean } from '../suggestion.js';
import { listAt, textAt, valueAt } from '../tolerant-access.js';
import { teamOfEntry } from '../../domain/approval/team-entry.js';
import type { DefinitionIndex } from './definition-index.js';
import { stepPaths } from './handoff-rules.js';

/** teamMembersRule finds a person who is a member twice. */
export function teamMembersRule(source: DefinitionSource): readonly Finding[] {
  const seen = new Set<string>();
  return listAt(source.value, ['members']).flatMap((member, position) => {
    const own = [member, textAt(member, ['handle']), textAt(member, ['email'])].filter((name) => typeof name === 'string').map((name) => name.trim().toLowerCase());
    const again = own.find((name) => seen.has(name));
    for (const name of own) seen.add(name);
    return again === undefined ? [] : [findingAt(source, ['members', position], { type: 'duplicate-name', message: `'${again}' is a member of this team already` })];
  });
}

/** approvalTeamsRule finds approvals that nobody is asked by, and teams that are not defined. */
export function approvalTeamsRule(source: DefinitionSource, index: DefinitionIndex): readonly Finding[] {
  return stepPaths(source, ['steps']).map((path): DefinitionPath => [...path, 'approval']).filter((path) => valueAt(source.value, path) !== undefined).flatMap((path) => {
    const escalates = valueAt(source.value, [...path, 'escalate']) !== undefined;
    const asked = [['approvers'], ['from'], ['escalate', 'to'], ['escalate', 'teams']].map((key) => ({ path: [...path, ...key], entries: listAt(source.value, [...path, ...key]) }));
    const [approvers, from, to, teams] = asked.map(({ entries }) => entries.length);
    const nobody = approvers === 0 && from === 0 ? [findingAt(source, path, { type: 'missing-key', message: "an approval needs 'approvers' or 'from': persons or teams that may answer" })] : [];
    const nobodyLater = escalates && to === 0 && teams === 0 ? [findingAt(source, [...path, 'escalate'], { type: 'missing-key', message: "an escalation needs 'to' or 'teams'" })] : [];
    const unknown = asked.flatMap(({ path: list, entries }) => entries.flatMap((entry, position) => {
      const isTeamList = list.at(-1) === 'from' || list.at(-1) === 'teams';
      const team = typeof entry !== 'string' ? undefined : isTeamList ? entry : teamOfEntry(entry);
      if (team === undefined || index.incomplete || index.teamNames.includes(team)) return [];
      return [findingAt(source, [...list, position], { type: 'unknown-team', message: `unknown team '${team}'${didYouMean(team, index.teamNames)}` })];
    }));
    return [...nobody, ...nobodyLater, ...unknown];
  });
}
