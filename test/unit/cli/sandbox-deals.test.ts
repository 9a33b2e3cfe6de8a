import { describe, expect, test } from 'vitest';
import { openDeal, putIntoStage } from '../../../src/cli/demo/sandbox-deals.js';
import { startServer } from '../http/loopback-server.js';

const deal = (id: string, more: object = {}) => ({ id, name: `Deal ${id}`, amount: 100, currency: 'EUR', stage: 'proposal', status: 'active', account_id: 'a-1', ...more });

async function sandboxWith(deals: readonly object[]): Promise<string> {
  const { url } = await startServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/x-ndjson' }).end(deals.map((each) => JSON.stringify(each)).join('\n'));
  });
  return url;
}

describe('the deal of a demonstration', () => {
  test.each<[string, object]>([
    ['was won', { stage: 'won' }], ['was lost', { stage: 'lost' }], ['is deleted', { status: 'deleted' }], ['has no account', { account_id: null }],
    ['has no currency', { currency: null }], ['has a messy currency', { currency: 'euro' }], ['has no amount', { amount: null }], ['has a messy amount', { amount: 'about 100' }], ['is too large', { amount: 50_000 }],
  ])('is none that %s', async (_what, more) => {
    const url = await sandboxWith([deal('d-1', more), deal('d-2')]);
    expect(await openDeal(url, { large: false, bound: 50_000 })).toEqual({ id: 'd-2', name: 'Deal d-2', amount: 100, currency: 'EUR', stage: 'proposal' });
  });

  test('is large where one was asked for, and may not be there', async () => {
    expect(await openDeal(await sandboxWith([deal('d-1'), deal('d-2', { amount: '50000.00' })]), { large: true, bound: 50_000 })).toMatchObject({ id: 'd-2', amount: 50_000 });
    expect(await openDeal(await sandboxWith([deal('d-1')]), { large: true, bound: 50_000 })).toBeUndefined();
  });

  test('is of one of the stages that were asked for, whatever its amount', async () => {
    expect(await openDeal(await sandboxWith([deal('d-1', { stage: 'negotiation' }), deal('d-2', { stage: 'qualification', amount: 90_000 })]), { stages: ['qualification', 'proposal'] })).toMatchObject({ id: 'd-2', stage: 'qualification' });
  });

  test('without a sandbox says where none answers and what to do', async () => {
    await expect(putIntoStage('http://127.0.0.1:1', 'd-1', 'won')).rejects.toMatchObject({ message: 'The sandbox does not answer.', where: 'http://127.0.0.1:1', todo: expect.stringContaining('npm start') });
  });
});
