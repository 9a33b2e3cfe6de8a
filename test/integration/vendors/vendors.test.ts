import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startVendors, type VendorsUnderTest } from './vendors-under-test.js';

// The same workflows, activities and engine as with the sandbox: only definitions differ.
let vendors: VendorsUnderTest;
beforeAll(async () => {
  vendors = await startVendors('1s');
  for (const line of vendors.skipped) process.stderr.write(`${line}\n`);
}, 300_000);
afterAll(() => vendors?.stop());

const companies = (id: string) => ({ companies: { results: [{ id, type: 'deal_to_company' }] } });

const wonDeal = (amount = '1234567.10'): string => {
  const company = vendors.put('crm', 'company', { name: 'Analytical Engines', billing_email: 'Books@Engines.example' });
  return vendors.put('crm', 'deal', { dealname: 'Engine', dealstage: 'closedwon', amount, deal_currency_code: 'EUR', product_line: 'platform', associations: companies(company) });
};

describe('a deal that is won in HubSpot', () => {
  test('has its effects in Asana, Xero and Slack, once', async () => {
    const deal = wonDeal('12345.10');
    const handle = await vendors.start('deal-closed', deal);
    expect(await handle.result()).toMatchObject({ state: 'succeeded', handoff: 'deal-closed' });

    const [project, ...others] = vendors.records('projects', 'project');
    expect(others).toEqual([]);
    expect(project).toMatchObject({ name: `Engine (crm-${deal})` });
    expect(vendors.records('projects', 'task').map(({ projects }) => projects)).toEqual([[project?.id], [project?.id]]);
    expect(vendors.records('books', 'contact')).toMatchObject([{ Name: 'Analytical Engines', EmailAddress: 'books@engines.example' }]);
    const [invoice, ...more] = vendors.records('books', 'invoice');
    expect(more).toEqual([]);
    expect(invoice).toMatchObject({
      Type: 'ACCREC', Status: 'DRAFT', Reference: `crm-${deal}`, CurrencyCode: 'EUR', Contact: { ContactID: vendors.records('books', 'contact')[0]?.id },
      LineItems: [{ Description: 'Engine', Quantity: 1, UnitAmount: 12345.1 }],
    });
    expect(vendors.records('accounting-chat', 'message')).toMatchObject([{ channel: 'C0ACCOUNT1', text: expect.stringContaining(String(invoice?.id)) as string }]);
    expect(vendors.records('success-chat', 'message')).toMatchObject([{ channel: 'C0SUCCESS1', text: expect.stringContaining('platform') as string }]);
    expect(vendors.violations()).toEqual([]);
  });

  test('makes one invoice although the answer of Xero is lost', async () => {
    const before = vendors.records('books', 'invoice').length;
    const books = vendors.vendor('books');
    // Asked for the contact, then for the invoice.
    books.failWrites('lose', 'lose');
    const deal = wonDeal('99.90');
    expect(await (await vendors.start('deal-closed', deal)).result()).toMatchObject({ state: 'succeeded' });
    expect(vendors.records('books', 'invoice').length - before).toBe(1);
    expect(vendors.violations()).toEqual([]);
  });
});

describe('every vendor loses the answer to its first write', () => {
  const everything = [['projects', 'project'], ['projects', 'task'], ['books', 'contact'], ['books', 'invoice'], ['accounting-chat', 'message'], ['success-chat', 'message'], ['desk', 'organization'], ['desk', 'user'], ['desk', 'ticket'], ['mailing', 'member']] as const;
  const counts = (): Readonly<Record<string, number>> => Object.fromEntries(everything.map(([system, object]) => [`${system} ${object}`, vendors.records(system, object).length]));
  const made = (before: Readonly<Record<string, number>>): Readonly<Record<string, number>> => Object.fromEntries(Object.entries(counts()).flatMap(([name, count]) => (count === before[name] ? [] : [[name, count - (before[name] ?? 0)]])));

  test('and a deal that is won has its effects once', async () => {
    const before = counts();
    for (const system of ['projects', 'books', 'accounting-chat', 'success-chat']) vendors.vendor(system).failWrites('lose');
    expect(await (await vendors.start('deal-closed', wonDeal('120.00'))).result()).toMatchObject({ state: 'succeeded' });
    expect(made(before)).toEqual({ 'projects project': 1, 'projects task': 2, 'books contact': 1, 'books invoice': 1, 'accounting-chat message': 1, 'success-chat message': 1 });
    expect(vendors.violations()).toEqual([]);
  });

  test('and a customer is known once to each system', async () => {
    const before = counts();
    vendors.vendor('desk').failWrites('lose', 'lose', 'lose');
    vendors.vendor('mailing').failWrites('lose');
    const company = vendors.put('crm', 'company', { name: 'Engines of Lost Answers' });
    const contact = vendors.put('crm', 'contact', { email: 'ada.lost@engines.example', firstname: 'Ada', lastname: 'Byron', lifecyclestage: 'customer', associations: companies(company) });
    expect(await (await vendors.start('onboarding', contact)).result()).toMatchObject({ state: 'succeeded' });
    expect(made(before)).toEqual({ 'desk organization': 1, 'desk user': 1, 'desk ticket': 1, 'mailing member': 1 });
    expect(vendors.violations()).toEqual([]);
  });
});

describe('a customer who signed up in HubSpot', () => {
  test.each([['enterprise', 'projects', 'task', 'name', 'Kick-off call with'], ['self-serve', 'desk', 'ticket', 'subject', 'First steps for']])(
    'of the type %s is known to Zendesk and Mailchimp, met in %s, and written to until day 14', async (tier, system, object, field, text) => {
      const company = vendors.put('crm', 'company', { name: `Engines ${tier}`, tier });
      const email = `ada.${tier}@engines.example`;
      const contact = vendors.put('crm', 'contact', { email, firstname: 'Ada', lastname: 'Byron', lifecyclestage: 'customer', associations: companies(company) });
      expect(await (await vendors.start('onboarding', contact)).result()).toMatchObject({ state: 'succeeded', handoff: 'onboarding' });

      const organization = vendors.records('desk', 'organization').find(({ external_id }) => external_id === company);
      expect(vendors.records('desk', 'user').filter(({ external_id }) => external_id === contact)).toMatchObject([{ email, name: 'Ada Byron', organization_id: Number(organization?.id) }]);
      expect(vendors.records(system, object).filter((record) => String((record as Record<string, unknown>)[field]).includes(`${text} Engines ${tier}`))).toHaveLength(1);
      expect(vendors.records('mailing', 'member').filter(({ email_address }) => email_address === email)).toMatchObject([{ merge_fields: { FNAME: 'Ada', SEGMENT: 'onboarding-day-14' } }]);
      expect(vendors.violations()).toEqual([]);
    });
});

test('every system was asked, and none of it was a sandbox', () => {
  expect(new Set(vendors.requests().map((request) => request.split(' ')[0]))).toEqual(new Set(['hubspot', 'xero', 'asana', 'slack', 'zendesk', 'mailchimp']));
});
