import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { choicesOf } from '../../../src/cli/rehearsals/choices.js';
import { givenRecord, objectFile } from '../../../src/cli/rehearsals/given-records.js';
import { marksOf } from '../../../src/cli/rehearsals/handoff-report.js';
import { rehearsalText } from '../../../src/cli/rehearsals/handoff-text.js';
import { syncText } from '../../../src/cli/rehearsals/sync-text.js';
import { plainStyle } from '../../../src/cli/terminal/style.js';
import { loadDefinitions } from '../../../src/config/definition-set.js';
import { handoffOf, tryHandoff, type Trial } from '../rehearsal/under-test.js';

const { systems, syncs } = await loadDefinitions('examples/sandbox', { checkEnvironment: false });
const crm = systems.get('crm');
const mailing = syncs.get('contacts-to-mailing');
if (crm === undefined || mailing === undefined) throw new Error('The examples are not there.');
const none = { approval: [], event: [], value: [] };
const folder = mkdtempSync(path.join(tmpdir(), 'crosswalk-records-'));
afterAll(() => { rmSync(folder, { recursive: true }); });

const handoff = handoffOf(`
handoff: shown
title: Shown
on: crm.account
when: "tier = 'partner'"
onFailure: compensate
steps:
  - { step: rename, title: Rename it, update: crm.account, id: /trigger/id, fields: [{ to: name, text: "New {/trigger/name}" }] }
  - { step: project, title: Open it, create: projects.project, by: reference, undo: archive, fields: [{ to: name, from: /trigger/name }, { to: reference, from: /step/key }] }
  - { step: large, title: Ask, when: /trigger/amount > 5, approval: { text: "May it?", from: [board], quorum: 2 } }
  - { step: pause, title: Wait, wait: 2d, events: [replied] }
  - { step: lines, title: Lines, forEach: /trigger/lines, as: line, steps: [{ step: tell, title: Tell, notify: { text: "{/line}", department: sales } }] }
  - { step: read, title: Read it, read: crm.account, id: /trigger/parent, onFailure: continue }
  - { step: bad, title: Fails, create: projects.project, by: reference, fields: [{ to: name, from: /trigger/none, required: true }, { to: reference, from: /step/key }] }
---
team: board
members: [{ handle: ana }, { handle: bob }]
`);
const account = { id: 'a-1', name: 'Acme\u001b[31m', tier: 'gold', amount: 1, lines: ['x', 'y'], parent: 'a-404' };

async function shown(trial: Trial = {}): Promise<string> {
  const { rehearsal } = await tryHandoff(handoff, { trigger: account, records: { 'crm.account': [account] }, ...trial });
  return rehearsalText({ definition: handoff, origin: 'version 7', record: { system: 'crm', object: 'account', id: 'a-1' }, rehearsal }, plainStyle);
}

describe('what is shown of a test', () => {
  it('is every step with what it would do, and how it would end', async () => {
    const text = await shown();
    for (const part of [
      'Test of shown (version 7) with crm.account a-1', 'does not begin the handoff: it does not hold that tier is "partner"', 'would update crm.account a-1', 'would create projects.project <id of project>',
      'skipped: it does not hold that amount of the account is more than 5', 'would wait 2 days, until ', '2 turns', '✓ Tell (turn 2)', 'would tell sales: y', 'would fail: crm.account has no record a-404.', 'would fail: name: ',
      'Undone would be project.', '2 writes were planned, none was sent.',
    ]) expect(text).toContain(part);
    expect(text).not.toContain('\u001b');
  });

  it('is what is asked and of whom, and the event that came', async () => {
    const text = await shown({ trigger: { ...account, amount: 9 }, choices: { events: [{ event: 'replied' }] } });
    for (const part of ['would ask the team board, 2 of whom must approve: May it?', 'taken as approved (say otherwise with --approval large=rejected)', 'the event "replied" ends the wait']) expect(text).toContain(part);
  });

  it('marks each step by the worst that came of it', async () => {
    const { rehearsal } = await tryHandoff(handoff, { trigger: account, records: { 'crm.account': [account] } });
    expect(Object.fromEntries(marksOf(rehearsal))).toEqual({ rename: 'done', project: 'done', large: 'skipped', pause: 'done', lines: 'done', tell: 'done', read: 'failed', bad: 'failed' });
  });

  it('of a sync is each field beside what the target holds', () => {
    const result = { does: 'update', reason: 'changed', inScope: true, problems: [], repairs: [{ field: 'phone', repair: 'trim' }], counterpart: { id: 'm-1', by: 'link' }, changes: [{ field: 'phone', now: null, after: '+491701', changedThere: true }], notes: ['It is so.'] } as const;
    const text = syncText({ sync: mailing, origin: 'version 1', id: 'c-1', result }, plainStyle);
    for (const part of ['mailing.member m-1 would be changed: fields differ.', 'It is linked with mailing.member m-1.', '+491701', 'changed at the target since both agreed', 'Repaired on the way: phone (trim).', 'Note: It is so.', 'None was sent.']) expect(text).toContain(part);
  });
});

describe('what is taken to happen', () => {
  it('is read from the command line', () => {
    const choices = choicesOf({ approval: ['large=rejected'], event: ['replied', 'pause=replied'], value: ['/trigger/amount=12', '/trigger/name=a=b', '/project/tags=["x"]'] }, handoff);
    expect([[...choices.approvals], choices.events, [...choices.values]]).toEqual([[['large', 'rejected']], [{ event: 'replied' }, { step: 'pause', event: 'replied' }], [['/trigger/amount', 12], ['/trigger/name', 'a=b'], ['/project/tags', ['x']]]]);
  });

  it.each([
    [{ approval: ['lrge=approved'] }, "did you mean 'large'"], [{ approval: ['pause=approved'] }, 'no approval "pause"'], [{ approval: ['large=open'] }, 'cannot end as "open"'], [{ approval: ['large'] }, 'cannot end as ""'],
    [{ event: ['left'] }, 'No wait listens to the event "left"'], [{ event: ['tell=replied'] }, 'no wait "tell"'], [{ value: ['amount=1'] }, 'says no value'], [{ value: ['/trigger/amount'] }, 'says no value'], [{ value: ['/a~2=1'] }, 'says no value'],
  ])('and refused where it is %j', (options, message) => {
    expect(() => choicesOf({ ...none, ...options }, handoff)).toThrow(message);
  });
});

describe('a record of a file', () => {
  const reference = { system: 'crm', object: 'account' };
  const given = async (text: string) => {
    const file = path.join(folder, 'record.json');
    writeFileSync(file, text);
    return givenRecord(file, reference, crm);
  };

  it('stands for one of the system', async () => {
    expect(await given('{"id": 7, "name": "Acme"}')).toEqual({ ...reference, id: '7', data: { id: 7, name: 'Acme' } });
  });

  it.each([['{', 'not JSON'], ['[]', 'no JSON object'], ['"x"', 'no JSON object'], ['{"name": "x"}', 'no id']])('%s is none: %s', async (text, message) => {
    await expect(given(text)).rejects.toThrow(message);
  });

  it('is named with its object, and has to be there', async () => {
    expect(objectFile('crm.account=a=b.json')).toEqual({ reference, file: 'a=b.json' });
    expect(() => objectFile('account.json')).toThrow('names no record');
    await expect(givenRecord(path.join(folder, 'none.json'), reference, crm)).rejects.toThrow('ENOENT');
    await expect(givenRecord('x', { system: 'crm', object: 'none' }, crm)).rejects.toThrow('no object "none"');
  });
});
