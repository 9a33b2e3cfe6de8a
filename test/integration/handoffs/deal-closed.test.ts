import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { NewApproval } from '../../../src/contracts/approval.js';
import type { NewNotification } from '../../../src/contracts/notification.js';
import { stepsOfHandoff } from '../../../src/store/handoff-steps.js';
import { startHandoff } from '../../../src/client/handoffs-client.js';
import { startHandoffUnderTest, type HandoffUnderTest } from './handoff-under-test.js';
import { kept } from './people-stand-in.js';

let handoffs: HandoffUnderTest;
beforeAll(async () => { handoffs = await startHandoffUnderTest(); });
afterAll(() => handoffs?.stop());

async function wonDeal(fields: Readonly<Record<string, string>> = {}): Promise<string> {
  const account = await handoffs.create('crm', 'account', { name: `Acme ${Math.random()}`, billing_email: 'books@acme.example', currency: 'EUR' });
  return handoffs.create('crm', 'deal', { name: 'Acme: platform', account_id: account, amount: '1250.50', currency: 'EUR', product_line: 'platform', stage: 'won', ...fields });
}

describe('a deal that is won', () => {
  test('has every effect in every system, once, however often it is triggered', async () => {
    const deal = await wonDeal();
    const handles = await Promise.all([handoffs.start('deal-closed', deal), handoffs.start('deal-closed', deal)]);
    expect(handles[0]?.workflowId).toBe(`handoff/deal-closed/crm-deal-${deal}/v1`);
    const result = await handles[0]?.result();
    expect(result).toMatchObject({ state: 'succeeded', handoff: 'deal-closed' });
    expect(await startHandoff(handoffs.client, 'deal-closed', deal)).toMatchObject({ started: 0, known: 1 });

    const { sandbox } = handoffs;
    const [project, ...otherProjects] = (await sandbox.records('projects', 'projects')).filter(({ reference }) => reference === `crm-${deal}`);
    expect(otherProjects).toEqual([]);
    const tasks = (await sandbox.records('projects', 'tasks')).filter(({ project_id }) => project_id === project?.['id']);
    expect(tasks).toHaveLength(2);
    const invoices = (await sandbox.records('books', 'invoices')).filter(({ reference }) => reference === `crm-${deal}`);
    expect(invoices).toMatchObject([{ status: 'DRAFT', total: 125_050, currency: 'EUR' }]);
    expect((await sandbox.records('books', 'customers')).filter(({ id }) => id === invoices[0]?.['customerId'])).toHaveLength(1);
    const messages = (await sandbox.records('chat', 'messages')).filter(({ text }) => String(text).includes(String(project?.['id'])) || String(text).includes(String(invoices[0]?.['id'])));
    expect(messages.map(({ channel }) => channel).toSorted()).toEqual(['#accounting', '#customer-success']);
    expect((await kept<NewNotification>(handoffs.database, 'notification')).filter(({ title }) => title.includes(String(invoices[0]?.['id'])))).toMatchObject([{ department: 'finance' }]);
    expect(handoffs.delivered).toHaveLength(1);
  });

  test('shows its business name in Temporal, and no value of a record in its history', async () => {
    const deal = await wonDeal({ name: 'Confidential and unmistakable' });
    const handle = await handoffs.start('deal-closed', deal);
    await handle.result();
    const temporal = handoffs.client.workflow.getHandle(handle.workflowId);
    expect((await temporal.describe()).type).toBe('dealClosed');
    const history = await temporal.fetchHistory();
    const text = JSON.stringify(history, (key, value: unknown) => (key === 'data' && typeof value === 'string' ? Buffer.from(value, 'base64').toString('utf8') : value));
    expect(text).toContain('Draft the invoice');
    expect(text).not.toContain('Confidential');
  });

  test('waits for an approval above the amount, and ends well where it is rejected', async () => {
    const deal = await wonDeal({ amount: '80000.00' });
    const handle = await handoffs.start('deal-closed', deal);
    await handoffs.until(async () => (await kept(handoffs.database, 'approval')).length > 0);
    const [question] = await kept<NewApproval>(handoffs.database, 'approval');
    expect(question).toMatchObject({ shown: { amount: '80000.00', currency: 'EUR' }, policy: { approvers: ['sales-lead', 'sales-director'], quorum: 1 } });
    const approval = handoffs.client.workflow.getHandle(`approval/${question?.id ?? ''}`);
    await handoffs.until(() => approval.describe().then(() => true, () => false));
    await approval.signal('answer', 'rejected');
    expect(await handle.result()).toMatchObject({ state: 'succeeded', message: 'The deal was not approved' });
    expect((await handoffs.sandbox.records('books', 'invoices')).filter(({ reference }) => reference === `crm-${deal}`)).toEqual([]);
  });

  test('begins nothing for a deal that is not won', async () => {
    expect(await startHandoff(handoffs.client, 'deal-closed', await wonDeal({ stage: 'proposal' }))).toMatchObject({ started: 0, left: 1, handles: [] });
  });

  test('keeps what each step came to, under the path of the step', async () => {
    const handle = await handoffs.start('deal-closed', await wonDeal({ product_line: 'hardware' }));
    const { runId } = await handle.result();
    const steps = await stepsOfHandoff(handoffs.database, runId);
    expect(steps.find(({ path }) => path === 'task-shipping')).toMatchObject({ state: 'done' });
    expect(steps.find(({ path }) => path === 'large-deal')).toMatchObject({ state: 'skipped' });
    expect(steps.every(({ state }) => state === 'done' || state === 'skipped')).toBe(true);
  });
});
