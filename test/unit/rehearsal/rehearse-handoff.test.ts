import { describe, expect, it } from 'vitest';
import { SystemError } from '../../../src/contracts/system-error.js';
import type { RehearsedStep } from '../../../src/rehearsal/rehearsal.js';
import { handoffOf, noon, tryHandoff, type Trial } from './under-test.js';

const DAY_MS = 86_400_000;
const account = { id: 'a-1', name: 'Acme', tier: 'partner' };
const records = { 'crm.account': [account] };

async function trying(steps: string, trial: Trial = {}, more = '') {
  const definition = handoffOf(`handoff: tried\non: crm.account\n${more}\nsteps:\n${steps}`);
  const tried = await tryHandoff(definition, { trigger: account, records, ...trial });
  expect(tried.sent).toEqual([]);
  const step = (path: string): RehearsedStep | undefined => tried.rehearsal.steps.find((each) => each.path === path);
  return { ...tried, step, states: Object.fromEntries(tried.rehearsal.steps.map(({ path, state }) => [path, state])) };
}

const project = `
  - step: project
    create: projects.project
    by: reference
    undo: archive
    fields: [{ to: name, text: "For {/trigger/name}" }, { to: reference, from: /step/key }]`;

describe('writes', () => {
  it('are planned with placeholders for what only the system can give', async () => {
    const { step, planned } = await trying(`${project}
  - step: task
    create: projects.task
    by: reference
    fields: [{ to: title, text: "Plan {/project/id}" }, { to: project_id, from: /project/id, required: true }, { to: reference, from: /step/key }]`);
    expect(planned).toBe(2);
    expect(step('project')?.write).toEqual({ system: 'projects', object: 'project', kind: 'create', id: '<id of project>', before: null, fields: { name: 'For Acme', reference: '<key of project>' } });
    expect(step('task')?.write?.fields).toEqual({ title: 'Plan <id of project>', project_id: '<id of project>', reference: '<key of task>' });
  });

  it('hand a placeholder on where a number is wanted, and where several values are joined', async () => {
    const { step } = await trying(`${project}
  - step: ticket
    create: desk.ticket
    by: external_id
    fields: [{ to: requester_id, from: /project/id, type: integer }, { to: subject, from: [/trigger/name, /project/id], convert: join(" ") }, { to: external_id, from: /trigger/id }]`);
    expect(step('ticket')).toMatchObject({ state: 'done', write: { fields: { requester_id: '<id of project>', subject: '<made of /trigger/name, /project/id>' } } });
  });

  it('are shown with the values that they change, and seen by what reads the record later', async () => {
    const { step } = await trying(`
  - { step: rename, update: crm.account, id: /trigger/id, fields: [{ to: name, constant: Beta }] }
  - { step: again, read: crm.account, id: /trigger/id }
  - { step: chosen, when: "/again/name = 'Beta'", end: It was seen }`);
    expect(step('rename')?.write).toMatchObject({ kind: 'update', id: 'a-1', before: { name: 'Acme' }, fields: { name: 'Beta' } });
    expect(step('chosen')?.state).toBe('done');
  });

  it('are not planned where "ensure" finds the record', async () => {
    const ensure = `
  - { step: customer, ensure: books.customer, by: reference, fields: [{ to: reference, from: /trigger/id }, { to: name, from: /trigger/name }] }`;
    const found = await trying(ensure, { records: { 'books.customer': [{ id: 'c-9', reference: 'a-1' }] } });
    expect(found.step('customer')).toMatchObject({ state: 'done', found: { system: 'books', object: 'customer', id: 'c-9' } });
    expect(found.planned).toBe(0);
    expect((await trying(ensure)).step('customer')?.write?.id).toBe('<id of customer>');
  });

  it('of an archive are planned too', async () => {
    expect((await trying(`  - { step: away, archive: crm.account, id: /trigger/id }`)).step('away')?.write).toMatchObject({ kind: 'archive', id: 'a-1' });
  });
});

describe('what is waited for', () => {
  it('takes no time, and moves the clock of the test on', async () => {
    const { step, rehearsal } = await trying(`
  - { step: pause, wait: 3d }
  - { step: hours, wait: 1s, hours: "09:00-17:00" }
  - { step: past, until: /trigger/since }`, { trigger: { ...account, since: '2020-01-01' } });
    expect(step('pause')?.wait).toEqual({ untilMs: noon + 3 * DAY_MS, event: null });
    expect(step('hours')?.atMs).toBe(noon + 3 * DAY_MS);
    expect(step('past')?.wait?.untilMs).toBe(rehearsal.endsAtMs);
  });

  it('is cut short by an event: during any wait, or during the one that is named', async () => {
    const waits = `
  - { step: first, wait: 3d, events: [replied] }
  - { step: second, wait: 4d, events: [replied] }`;
    const any = await trying(waits, { choices: { events: [{ event: 'replied' }] } });
    expect([any.step('first')?.wait?.event, any.step('second')?.wait?.event, any.rehearsal.endsAtMs]).toEqual(['replied', 'replied', noon]);
    const second = await trying(waits, { choices: { events: [{ step: 'second', event: 'replied' }] } });
    expect([second.step('first')?.wait?.event, second.step('second')?.wait?.event, second.rehearsal.endsAtMs]).toEqual([null, 'replied', noon + 3 * DAY_MS]);
  });

  it('in several ways ends when the last of them has', async () => {
    const { rehearsal, step } = await trying(`
  - step: both
    parallel: [[{ step: long, wait: 5d }], [{ step: short, wait: 1d }]]
  - { step: after, end: Over }`);
    expect([step('long')?.atMs, step('short')?.atMs, step('after')?.atMs, rehearsal.endsAtMs]).toEqual([noon, noon, noon + 5 * DAY_MS, noon + 5 * DAY_MS]);
  });

  it('from people is approved unless told otherwise', async () => {
    const steps = `
  - step: decision
    approval: { text: "May {/trigger/name}?", approvers: [ana], expire: 7d, show: [{ to: name, from: /trigger/name }] }
  - { step: refused, when: "/decision/state != 'approved'", end: Refused }`;
    expect((await trying(steps)).states).toEqual({ decision: 'done', refused: 'skipped' });
    const { step, rehearsal } = await trying(steps, { choices: { approvals: new Map([['decision', 'expired']]) } });
    expect(step('decision')?.approval).toMatchObject({ title: 'May Acme?', shown: { name: 'Acme' }, approvers: ['ana'], state: 'expired', chosen: true });
    expect(rehearsal).toMatchObject({ state: 'succeeded', message: 'Refused', endsAtMs: noon + 7 * DAY_MS });
  });
});

describe('ways', () => {
  it('are those whose condition holds, and lists are gone through', async () => {
    const { states, step } = await trying(`
  - step: route
    branch: [{ when: "/trigger/tier = 'enterprise'", steps: [{ step: no, end: No }] }, { steps: [{ step: other, notify: { text: "{/trigger/name}", department: sales } }] }]
  - { step: lines, forEach: /trigger/lines, as: line, steps: [{ step: each, notify: { text: "{/line}" } }] }`, { trigger: { ...account, lines: ['x', 'y'] } });
    expect(states).toEqual({ route: 'done', other: 'done', lines: 'done', 'each/1': 'done', 'each/2': 'done' });
    expect([step('route')?.way?.index, step('lines')?.turns, step('each/2')?.notice?.title, step('other')?.notice?.department]).toEqual([1, 2, 'y', 'sales']);
  });

  it('that hang on what is not known yet are told of, and can be told what it is', async () => {
    const steps = `${project}
  - { step: stop, when: "/project/status != 'open'", end: Not open }`;
    const unknown = await trying(steps);
    expect(unknown.rehearsal.message).toBe('Not open');
    expect(unknown.step('stop')?.notes.join(' ')).toContain('/project/status');
    expect((await trying(steps, { choices: { values: new Map([['/project/status', 'open']]) } })).states['stop']).toBe('skipped');
  });
});

describe('a step that would fail', () => {
  const bad = (more = ''): string => `
  - { step: bad, create: projects.project, by: reference, ${more} fields: [{ to: name, from: /trigger/none, required: true }, { to: reference, from: /step/key }] }`;

  it('stops the handoff for a person where it parks', async () => {
    const { rehearsal, step } = await trying(`${project}${bad()}\n  - { step: never, end: Never }`);
    expect(rehearsal).toMatchObject({ state: 'parked', undone: [] });
    expect(step('bad')).toMatchObject({ state: 'failed', message: expect.stringContaining('name') });
    expect(step('never')).toBeUndefined();
  });

  it('has what was done undone where it compensates, the last first', async () => {
    const second = project.replaceAll('step: project', 'step: second');
    expect((await trying(`${project}${second}${bad()}`, {}, 'onFailure: compensate')).rehearsal).toMatchObject({ state: 'compensated', undone: ['second', 'project'] });
  });

  it('is left out where the handoff goes on without it', async () => {
    const { rehearsal, states } = await trying(`${bad('onFailure: continue,')}${project}`);
    expect([rehearsal.state, states]).toEqual(['succeeded', { bad: 'failed', project: 'done' }]);
  });

  it.each([
    ['a record that is not there', `  - { step: bad, read: crm.account, id: /trigger/parent }`, { ...account, parent: 'a-404' }, 'no record a-404'],
    ['an id that is missing', `  - { step: bad, read: crm.account, id: /trigger/parent }`, account, '/trigger/parent'],
    ['no date', `  - { step: bad, until: /trigger/name }`, account, 'no date'],
    ['nobody who asked', `  - { step: bad, approval: { text: May it?, approvers: [ana], requestedBy: /trigger/asked_by } }`, account, 'who asked'],
  ])('because of %s says so', async (_why, steps, trigger, message) => {
    expect((await trying(steps, { trigger })).step('bad')).toMatchObject({ state: 'failed', message: expect.stringContaining(message) });
  });

  it('because a system does not answer says so', async () => {
    const get = async () => { throw new SystemError('crm does not answer.', { system: 'crm', outcome: 'retry', code: 'timeout', status: null, retryAfterMs: null, request: 'GET', excerpt: null }); };
    expect((await trying(`  - { step: bad, read: crm.account, id: /trigger/id }`, { get })).step('bad')).toMatchObject({ state: 'failed', message: 'crm does not answer.' });
  });
});

describe('the trigger', () => {
  it.each([['partner', true], ['enterprise', false]])('of a record with the tier %s holds: %s', async (tier, begins) => {
    expect((await trying(`  - { step: over, end: Over }`, { trigger: { ...account, tier } }, `when: "tier = 'partner'"`)).rehearsal.begins).toBe(begins);
  });

  it('is asked of the values that are given', async () => {
    expect((await trying(`  - { step: over, end: Over }`, { choices: { values: new Map([['/trigger/tier', 'gold']]) } }, `when: "tier = 'gold'"`)).rehearsal.begins).toBe(true);
  });
});
