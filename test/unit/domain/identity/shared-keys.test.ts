import { describe, expect, test } from 'vitest';
import { findDuplicates } from '../../../../src/domain/identity/find-duplicates.js';
import { linkRecords } from '../../../../src/domain/identity/link-records.js';
import { altered, people, personFields } from './people.js';

const left = people(150, 11);
const right = left.map((record, index) => altered(record, `q${index}`));
const [first, second, third, fourth] = left;

describe('shared mailbox', () => {
  const info = { email: 'info@firm.example' };

  test('shared mailbox: people who have nothing but info@ in common are neither linked nor asked about', () => {
    const found = linkRecords(personFields, [altered(first, 'a1', info), ...left.slice(4)], [altered(second, 'b2', info), ...right.slice(4)]);
    expect([...found.links, ...found.reviews].filter((match) => match.left === 'a1' || match.right === 'b2')).toEqual([]);
  });

  test('shared mailbox: it is known by its role even where one record carries it', () => {
    const { sharedKeys } = linkRecords(personFields, [altered(first, 'a1', info), ...left.slice(1)], right);
    expect(sharedKeys).toEqual([{ field: 'email', value: 'info@firm.example', cause: 'role-mailbox', holders: 1 }]);
  });

  test('shared mailbox: a name that many people carry is found by counting them', () => {
    const reception = { email: 'frontdesk@firm.example' };
    const found = findDuplicates(personFields, [altered(first, 'a', reception), altered(second, 'b', reception), altered(third, 'c', reception), ...left.slice(3)]);
    expect(found.sharedKeys).toEqual([{ field: 'email', value: 'frontdesk@firm.example', cause: 'carried-by-many', holders: 3 }]);
    expect(found.groups).toEqual([]);
  });

  test('shared mailbox: its carriers are still found by everything else, and the reasons say that it does not count', () => {
    const found = linkRecords(personFields, [altered(first, 'a1', info), ...left.slice(1)], [altered(first, 'b1', info), ...right.slice(1)]);
    const match = found.links.find((each) => each.left === 'a1');
    expect(match?.right).toBe('b1');
    expect(match?.reasons.find(({ field }) => field === 'email')).toEqual({ field: 'email', agreement: undefined, bits: 0, text: 'email does not count: it is a mailbox by role' });
  });
});

describe('switchboard', () => {
  const switchboard = { phone: '+49 30 5550 0000' };

  test('switchboard: colleagues with one number are neither linked nor asked about', () => {
    const staff = [first, second, third].map((record, index) => altered(record, `a${index}`, switchboard));
    const found = linkRecords(personFields, [...staff, ...left.slice(4)], [altered(fourth, 'b', { phone: '0049 30 55500000' }), ...right.slice(4)]);
    expect([...found.links, ...found.reviews].filter((match) => match.right === 'b')).toEqual([]);
    expect(found.sharedKeys).toEqual([{ field: 'phone', value: '055500000', cause: 'carried-by-many', holders: 3 }]);
  });

  test('switchboard: a number that many records of one person carry keeps its weight', () => {
    const copies = Array.from({ length: 6 }, (_, index) => altered(first, `copy${index}`, { email: undefined }));
    const found = findDuplicates(personFields, [...left, ...copies]);
    expect(found.sharedKeys).toEqual([]);
    expect(found.groups).toEqual([['copy0', 'copy1', 'copy2', 'copy3', 'copy4', 'copy5', 'p0']]);
  });

  test('switchboard: a number that two people carry is none, and does not make one person of them', () => {
    const found = findDuplicates(personFields, [altered(first, 'a', switchboard), altered(second, 'b', switchboard), ...left.slice(2)]);
    expect(found.sharedKeys).toEqual([]);
    expect(found.groups).toEqual([]);
  });
});
