import { expect, test } from 'vitest';
import { compileTeam } from '../../../src/config/compile-team.js';
import { lintDefinitions } from '../../../src/config/lint.js';
import { parseDefinitions } from '../../../src/config/parse-definitions.js';
import { teamSchema } from '../../../src/config/schema/team-schema.js';

function found(yaml: string): readonly string[] {
  const { sources, findings } = parseDefinitions('d.yaml', yaml);
  return [...findings, ...lintDefinitions(sources)].map(({ line, type, message }) => `${line} ${type} ${message}`);
}

const asking = (approval: string) => `system: crm
baseUrl: https://crm.example.com
auth: { type: none }
objects: { deal: { list: { get: /deals }, get: { get: "/deals/{id}" } } }
---
team: credit-board
members: [vera, wim]
---
handoff: h
on: crm.deal
steps:
  - { step: ask, approval: { text: "Sure?", ${approval} } }`;

test('members are named by a handle, an e-mail address, or both', () => {
  const team = { team: 'credit-board', members: ['vera@example.org', 'wim', { handle: 'xenia', email: 'xenia@example.org' }] };
  expect(compileTeam(teamSchema.parse(team))).toEqual({ team: 'credit-board', title: 'credit-board', members: [{ names: ['vera@example.org'] }, { names: ['wim'] }, { names: ['xenia', 'xenia@example.org'] }] });
});

test.each([
  ['a sound team', 'team: t\nmembers: [vera]', undefined],
  ['a member twice', 'team: t\nmembers: [vera, { handle: wim, email: w@example.org }, W@example.org]', "duplicate-name 'w@example.org' is a member of this team already"],
  ['a team within a team', 'team: t\nmembers: ["team:other"]', "a person's name cannot begin with 'team:'"],
  ['nobody', 'team: t\nmembers: []', 'at least 1'],
  ['approvers and a team', asking('approvers: [ada], from: [credit-board]'), undefined],
  ['only a team', asking('from: [credit-board]'), undefined],
  ['nobody who is asked', asking('quorum: 1'), "missing-key an approval needs 'approvers' or 'from'"],
  ['an escalation to nobody', asking('approvers: [ada], escalate: { after: 1d }'), "missing-key an escalation needs 'to' or 'teams'"],
  ['an unknown team', asking('from: [credit-bord]'), "unknown-team unknown team 'credit-bord'; did you mean 'credit-board'?"],
  ['an unknown team that is escalated to', asking('approvers: [ada], escalate: { after: 1d, teams: [board] }'), "unknown-team unknown team 'board'"],
  ['an unknown team as an approver', asking('approvers: ["team:board"]'), "unknown-team unknown team 'board'"],
])('the check of %s', (_what, yaml, says) => {
  if (says === undefined) expect(found(yaml)).toEqual([]);
  else expect(found(yaml).join('\n')).toContain(says);
});
