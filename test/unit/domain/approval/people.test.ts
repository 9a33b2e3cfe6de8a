import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ApprovalPolicy, DecideInput } from '../../../../src/contracts/approval.js';
import type { TeamDefinition } from '../../../../src/contracts/team-definition.js';
import { describeAnswerer } from '../../../../src/domain/approval/answerer.js';
import { makeDirectory } from '../../../../src/domain/approval/people-directory.js';
import { answer, openStanding } from '../../../../src/domain/approval/standing.js';

const team = (name: string, ...members: readonly (readonly string[])[]): TeamDefinition => ({ team: name, title: name, members: members.map((names) => ({ names })) });

describe('the directory', () => {
  const directory = makeDirectory([team('one', ['Vera', 'vera@example.org'], ['wim']), team('two', ['v.k', 'VERA@example.org'], ['xenia'])]);

  test.each([
    ['vera', 'vera'], [' VERA ', 'vera'], ['vera@example.org', 'vera'], ['v.k', 'vera'], ['ｖｅｒａ', 'vera'], ['wim', 'wim'], ['Stranger', 'stranger'],
  ])('knows %j as %s', (name, person) => {
    expect(directory.personOf(name)).toBe(person);
  });

  test('gives the members of a team once each, a person as themselves, and nobody for a team that is not there', () => {
    expect(['team:one', 'team:two', 'Vera', 'team:three'].map((entry) => directory.peopleOf(entry))).toEqual([['vera', 'wim'], ['vera', 'xenia'], ['vera'], []]);
  });

  test('joins two who turn out to be one by a third entry', () => {
    const joined = makeDirectory([team('one', ['a'], ['b']), team('two', ['a', 'b'])]);
    expect(joined.personOf('a')).toBe(joined.personOf('b'));
    expect(joined.peopleOf('team:one')).toHaveLength(1);
  });
});

const names = ['a', 'b', 'c', 'd', 'e', 'f'];
const name = fc.constantFrom(...names);

test('whoever is in which team and stands in for whom: a quorum is of different people, none of whom asked, each by one vote', () => {
  fc.assert(fc.property(
    fc.uniqueArray(name, { maxLength: 4 }), fc.uniqueArray(name, { maxLength: 4 }), fc.uniqueArray(name, { maxLength: 3 }), fc.array(fc.tuple(name, name), { maxLength: 8 }), name, fc.integer({ min: 1, max: 3 }),
    fc.array(fc.tuple(name, fc.boolean()), { maxLength: 30 }),
    (one, two, persons, delegations, requestedBy, quorum, presses) => {
      const directory = makeDirectory([team('one', ...one.map((member) => [member, `${member}@example.org`])), team('two', ...two.map((member) => [member]))]);
      const policy: ApprovalPolicy = { approvers: ['team:one', 'team:two', ...persons], quorum, remindAfterMs: [], escalateAfterMs: null, escalateTo: [], expireAfterMs: 1 };
      const members = new Set([...one, ...two, ...persons]);
      let standing = openStanding({ hash: 'h', policy, requestedBy, openedAtMs: 0 });
      const votes: { readonly pressed: string; readonly counted: string }[] = [];
      for (const [at, [person, byMail]] of presses.entries()) {
        const standsInFor = delegations.filter(([, to]) => to === person).map(([from]) => from);
        const answerer = describeAnswerer(byMail && one.includes(person) ? `${person}@Example.org` : person, { policy, requestedBy, directory, standsInFor });
        const input: DecideInput = { decisionId: String(at), person, hash: 'h', decision: 'approve' };
        const { standing: next, verdict, onBehalfOf } = answer(standing, input, answerer);
        if (verdict === 'accepted') votes.push({ pressed: answerer.person, counted: onBehalfOf ?? answerer.person });
        if (onBehalfOf !== null && verdict === 'accepted') expect(standsInFor).toContain(onBehalfOf);
        standing = next;
      }
      const involved = votes.flatMap(({ pressed, counted }) => [...new Set([pressed, counted])]);
      expect(new Set(involved).size).toBe(involved.length);
      expect(involved).not.toContain(requestedBy);
      for (const { counted } of votes) expect(members).toContain(counted);
      expect(standing.approvedBy).toEqual(votes.map(({ counted }) => counted));
      expect(standing.state).toBe(votes.length === quorum ? 'approved' : 'open');
      expect(votes.length).toBeLessThanOrEqual(quorum);
    },
  ), { numRuns: 1_000 });
});
