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
