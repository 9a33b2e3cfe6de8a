import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startHandoffUnderTest, type HandoffUnderTest } from './handoff-under-test.js';

let handoffs: HandoffUnderTest;
beforeAll(async () => { handoffs = await startHandoffUnderTest(); });
afterAll(() => handoffs?.stop());

let count = 0;
async function customer(tier: string): Promise<{ readonly id: string; readonly email: string; readonly company: string }> {
  count += 1;
  const company = `Company ${count}`;
  const email = `person.${count}@example.com`;
  const account = await handoffs.create('crm', 'account', { name: company, tier });
  return { id: await handoffs.create('crm', 'contact', { first_name: 'Ada', last_name: 'Byron', email, account_id: account, lifecycle: 'won' }), email, company };
}

async function having(system: string, object: string, field: string, value: string) {
  return (await handoffs.sandbox.records(system, object)).filter((record) => String(record[field]).includes(value));
}

describe('a customer who signed up', () => {
  test.each([
    ['enterprise', 'projects', 'tasks', 'title', 'Kick-off call with'], ['partner', 'desk', 'tickets', 'subject', 'as a partner'], ['self-serve', 'desk', 'tickets', 'subject', 'First steps for'],
  ])('of the type %s is known to support, met in %s, and written to until an event comes', async (tier, system, object, field, text) => {
    const { id, email, company } = await customer(tier);
    const handle = await handoffs.start('onboarding', id);
    await handoffs.until(async () => (await handle.progress()).at.includes('Wait for day 3'));
    const [organisation] = await having('desk', 'organisations', 'name', company);
    expect(await having('desk', 'users', 'external_id', id)).toMatchObject([{ email, name: 'Ada Byron', organisation_id: organisation?.['id'] }]);
    expect((await having(system, object, field, text)).filter((record) => String(record[field]).includes(company))).toHaveLength(1);
    expect(await having('mailing', 'members', 'email_address', email)).toMatchObject([{ segment: 'onboarding-day-0', status: 'subscribed' }]);
    await handle.event('replied');
    expect(await handle.result()).toMatchObject({ state: 'succeeded', message: 'The sequence stopped before day 3' });
    expect(await having('mailing', 'members', 'email_address', email)).toMatchObject([{ segment: 'onboarding-day-0' }]);
  });
});

const shipped = readFileSync('examples/sandbox/handoffs/onboarding.yaml', 'utf8');

/** Applies the shipped definition with other waits, in the order in which they stand in it; handoffs under way keep theirs. */
async function withWaits(...waits: readonly string[]): Promise<void> {
  const left = [...waits];
  await handoffs.apply(shipped.replaceAll(/wait: \d+d/g, () => `wait: ${left.shift() ?? ''}`));
}

/** The mails that somebody got, in the order in which they were sent. */
async function mailsTo(email: string): Promise<readonly string[]> {
  const [member] = await having('mailing', 'members', 'email_address', email);
  const ops = (await handoffs.sandbox.ops('mailing', { object: 'members', by: 'api' })).filter((op) => JSON.stringify(op).includes(`"${String(member?.['id'])}"`));
  return ops.flatMap((op) => /onboarding-(day-\d+)/.exec(JSON.stringify(op))?.[1] ?? []);
}

describe('the mailing sequence', () => {
  test('goes on to day 14 for who stays and says nothing', async () => {
    await withWaits('200ms', '200ms', '200ms');
    const { id, email } = await customer('self-serve');
    const handle = await handoffs.start('onboarding', id);
    expect(await handle.result()).toMatchObject({ state: 'succeeded', message: null });
    expect(await mailsTo(email)).toEqual(['day-0', 'day-3', 'day-7', 'day-14']);
  });

  test.each([
    ['unsubscribed', 3, ['day-0']], ['churned', 7, ['day-0', 'day-3']], ['replied', 14, ['day-0', 'day-3', 'day-7']],
  ])('stops at once when it is told %s before day %i', async (event, day, mails) => {
    await withWaits(...[3, 7, 14].map((each) => (each === day ? '10d' : '100ms')));
    const { id, email } = await customer('self-serve');
    const handle = await handoffs.start('onboarding', id);
    await handoffs.until(async () => (await handle.progress()).at.includes(`Wait for day ${day}`));
    await handle.event(event);
    expect(await handle.result()).toMatchObject({ state: 'succeeded', message: `The sequence stopped before day ${day}` });
    expect(await mailsTo(email)).toEqual(mails);
  });

  test.each([
    ['has unsubscribed', (_id: string, email: string) => having('mailing', 'members', 'email_address', email).then(([member]) => handoffs.sandbox.admin('POST', '/mailing/members/touch', { ids: [member?.['id']], fields: { status: 'unsubscribed' } }))],
    ['is churned', (id: string) => handoffs.sandbox.admin('POST', '/crm/contacts/touch', { ids: [id], fields: { lifecycle: 'churned' } })],
  ])('stops for who %s meanwhile, though nobody told it', async (_what, leave) => {
    await withWaits('100ms', '2s', '100ms');
    const { id, email } = await customer('self-serve');
    const handle = await handoffs.start('onboarding', id);
    await handoffs.until(async () => (await handle.progress()).at.includes('Wait for day 7'));
    await leave(id, email);
    expect(await handle.result()).toMatchObject({ state: 'succeeded', message: 'The sequence stopped before day 7' });
    expect(await mailsTo(email)).toEqual(['day-0', 'day-3']);
  });
});
