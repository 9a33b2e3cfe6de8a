import { expect, test } from 'vitest';
import { readEvents } from '../../../../src/ingress/webhooks/read-events.js';

const list = { list: '/events', objects: { contact: 'contact' }, object: '/object', record: '/id' };
const body = (...ids: string[]): Buffer => Buffer.from(JSON.stringify({ events: ids.map((id) => ({ object: 'contact', id })) }));

test('members of a list that has its id in a header are events of their own, each with a key that stays', () => {
  const events = readEvents(list, body('c1', 'c1', 'c2'), 'delivery-7', null);
  expect(events.map(({ dedupeKey, recordId, hasId }) => [dedupeKey, recordId, hasId])).toEqual([['delivery-7/0', 'c1', true], ['delivery-7/1', 'c1', true], ['delivery-7/2', 'c2', true]]);
  expect(readEvents(list, body('c1', 'c1', 'c2'), 'delivery-7', null)).toEqual(events);
  expect(readEvents(list, body('c1'), 'delivery-8', null)[0]?.dedupeKey).not.toBe(events[0]?.dedupeKey);
});

test('an id in the member wins over the one in the header, and without either the body is the key', () => {
  const member = Buffer.from(JSON.stringify({ events: [{ object: 'contact', id: 'c1', event: 'e1' }, { object: 'contact', id: 'c1' }] }));
  expect(readEvents({ ...list, id: '/event' }, member, 'delivery-7', null).map(({ dedupeKey }) => dedupeKey)).toEqual(['e1', 'delivery-7/1']);
  const [first, second] = readEvents(list, body('c1', 'c1'), undefined, null);
  expect([first?.hasId, second?.hasId, first?.dedupeKey === second?.dedupeKey]).toEqual([false, false, false]);
});
