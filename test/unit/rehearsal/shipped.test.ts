import { describe, expect, it } from 'vitest';
import { loadDefinitions } from '../../../src/config/definition-set.js';
import { noon, tryHandoff, type Trial } from './under-test.js';

const { handoffs } = await loadDefinitions('examples/sandbox', { checkEnvironment: false });
const DAY_MS = 86_400_000;
const contact = { id: 'c-1', first_name: 'Ada', last_name: 'Byron', email: 'ada@example.com', account_id: 'a-1', lifecycle: 'won', status: 'active' };
const account = { id: 'a-1', name: 'Acme', tier: 'partner', currency: 'EUR' };

async function trying(name: string, trial: Trial) {
  const handoff = handoffs.get(name);
  if (handoff === undefined) throw new Error(`There is no ${name}.`);
  const { rehearsal, sent } = await tryHandoff(handoff, trial);
  expect(sent).toEqual([]);
  return { rehearsal, done: rehearsal.steps.filter(({ state }) => state === 'done').map(({ name: step }) => step), step: (path: string) => rehearsal.steps.find((each) => each.path === path) };
}

describe('onboarding', () => {
  const onboard = (more: Trial = {}) => trying('onboarding', { trigger: contact, records: { 'crm.contact': [contact], 'crm.account': [account] }, ...more });
  const mails = ({ done }: Awaited<ReturnType<typeof onboard>>): readonly string[] => done.filter((step) => step.startsWith('mail-'));

  it('writes on days 0, 3, 7 and 14', async () => {
    const tried = await onboard();
    expect(tried.rehearsal).toMatchObject({ begins: true, state: 'succeeded', message: null, endsAtMs: noon + 14 * DAY_MS });
    expect([0, 3, 7, 14].map((day) => ((tried.step(`mail-day-${day}`)?.atMs ?? 0) - noon) / DAY_MS)).toEqual([0, 3, 7, 14]);
  });

  it.each([['unsubscribed', 3, 1], ['churned', 7, 2], ['replied', 14, 3], ['unsubscribed', 14, 3], ['replied', 3, 1]])('stops at once when %s comes before day %i', async (event, day, sent) => {
    const tried = await onboard({ choices: { events: [{ step: `until-day-${day}`, event }] } });
    expect(tried.rehearsal).toMatchObject({ state: 'succeeded', message: `The sequence stopped before day ${day}` });
    expect(mails(tried)).toEqual(['mail-day-0', 'mail-day-3', 'mail-day-7'].slice(0, sent));
  });

  it.each([
    ['the contact is churned by then', '/contact-on-day-7/lifecycle', 'churned'], ['the member has unsubscribed by then', '/member-on-day-7/status', 'unsubscribed'], ['the address was cleaned by then', '/member-on-day-7/status', 'cleaned'],
  ])('stops when %s, without any event', async (_what, place, value) => {
    const tried = await onboard({ choices: { values: new Map([[place, value]]) } });
    expect(tried.rehearsal.message).toBe('The sequence stopped before day 7');
    expect(mails(tried)).toEqual(['mail-day-0', 'mail-day-3']);
  });

  it.each([['enterprise', 'kick-off-task'], ['partner', 'partner-ticket'], ['self-serve', 'self-serve-ticket'], ['anything else', 'self-serve-ticket']])('of the type %s goes by %s', async (tier, step) => {
    expect((await onboard({ records: { 'crm.contact': [contact], 'crm.account': [{ ...account, tier }] } })).done).toContain(step);
  });
});

describe('a deal that is won', () => {
  const deal = { id: 'd-1', name: 'Acme: platform', account_id: 'a-1', amount: '80000.00', currency: 'EUR', product_line: 'platform', stage: 'won', status: 'active' };
  const close = (more: Trial = {}) => trying('deal-closed', { trigger: deal, records: { 'crm.account': [account] }, ...more });

  it.each([['approved', true], ['rejected', false], ['expired', false], ['cancelled', false]] as const)('and large, when people have %s', async (answer, goesOn) => {
    const { done, rehearsal } = await close({ choices: { approvals: new Map([['large-deal', answer]]) } });
    expect(done.includes('invoice')).toBe(goesOn);
    expect(rehearsal.message).toBe(goesOn ? null : 'The deal was not approved');
  });

  it.each([['platform', ['task-environment', 'task-import']], ['analytics', ['task-environment', 'task-import']], ['hardware', ['task-shipping']], ['training', ['task-planning']], [null, ['task-planning']]])('of the product line %s makes %j', async (line, tasks) => {
    expect((await close({ trigger: { ...deal, amount: 10, product_line: line } })).done.filter((step) => step.startsWith('task-'))).toEqual(tasks);
  });
});

describe('a credit limit', () => {
  const asked = { ...account, status: 'active', credit_status: 'requested', credit_limit: 25_000, credit_requested_by: 'ana' };
  const ask = (more: Trial = {}) => trying('credit-limit', { trigger: asked, records: { 'crm.account': [asked] }, ...more });

  it.each([['approved', ['limit', 'tell-approved']], ['rejected', ['tell-refused', 'not-approved']], ['expired', ['tell-refused', 'not-approved']]] as const)('that was %s leads to %j', async (answer, steps) => {
    const { done, step } = await ask({ choices: { approvals: new Map([['decision', answer]]) } });
    expect(done.filter((name) => ['limit', 'tell-approved', 'tell-refused', 'not-approved'].includes(name))).toEqual(steps);
    if (answer === 'approved') expect(step('limit')?.write?.fields).toEqual({ creditLimit: 2_500_000 });
    else expect(step('tell-refused')?.write?.fields).toEqual({ credit_status: answer });
  });

  it.each([[10_000, false], [10_000.01, true], ['a lot', true]])('of %j asks the board: %s', async (limit, asks) => {
    expect((await ask({ trigger: { ...asked, credit_limit: limit } })).done.includes('decision')).toBe(asks);
  });
});

describe('a deal in a stage', () => {
  const deal = { id: 'd-1', account_id: 'a-1', amount: 10, currency: 'EUR', status: 'active' };
  it.each([['qualification', ['task-needs', 'task-decider'], true], ['proposal', ['task-proposal', 'task-review'], true], ['negotiation', ['task-contract', 'task-delivery'], true], ['won', [], false]])('%s gets %j', async (stage, tasks, begins) => {
    const { done, rehearsal } = await trying('stage-progression', { trigger: { ...deal, stage }, records: { 'crm.account': [account] } });
    expect([done.filter((step) => step.startsWith('task-')), rehearsal.begins]).toEqual([tasks, begins]);
  });
});
