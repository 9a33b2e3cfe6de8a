import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { classifyAddress } from '../../../src/egress/address-class.js';
import { addressRefusal, isThisMachine, networkEntryProblem, networkRules, publicOnly } from '../../../src/egress/network-rules.js';

test.each([
  ['8.8.8.8', 'public'], ['1.1.1.1', 'public'], ['2606:4700::1111', 'public'], ['::ffff:8.8.8.8', 'public'], ['64:ff9b::808:808', 'public'],
  ['127.0.0.1', 'loopback'], ['127.255.255.254', 'loopback'], ['::1', 'loopback'], ['::ffff:127.0.0.1', 'loopback'],
  ['10.0.0.1', 'private'], ['172.31.255.255', 'private'], ['192.168.1.1', 'private'], ['100.64.0.1', 'private'], ['fc00::1', 'private'], ['fd12:3456::1', 'private'], ['::ffff:10.0.0.1', 'private'],
  ['169.254.169.254', 'metadata'], ['::ffff:169.254.169.254', 'metadata'], ['fd00:ec2::254', 'metadata'], ['100.100.100.200', 'metadata'], ['192.0.0.192', 'metadata'], ['168.63.129.16', 'metadata'],
  ['0.0.0.0', 'reserved'], ['0.1.2.3', 'reserved'], ['169.254.1.1', 'reserved'], ['192.0.2.1', 'reserved'], ['198.18.0.1', 'reserved'], ['198.51.100.1', 'reserved'], ['203.0.113.1', 'reserved'],
  ['224.0.0.1', 'reserved'], ['240.0.0.1', 'reserved'], ['255.255.255.255', 'reserved'], ['::', 'reserved'], ['fe80::1', 'reserved'], ['fe80::1%eth0', 'reserved'], ['ff02::1', 'reserved'],
  ['2002:7f00:1::', 'reserved'], ['2002:808:808::', 'reserved'], ['2001::1', 'reserved'], ['2001:db8::1', 'reserved'], ['fec0::1', 'reserved'], ['::7f00:1', 'reserved'], ['100::1', 'reserved'], ['4000::1', 'reserved'],
  ['64:ff9b::7f00:1', 'reserved'], ['64:ff9b::a00:1', 'reserved'], ['64:ff9b::a9fe:a9fe', 'reserved'], ['64:ff9b:1::808:808', 'reserved'], ['', 'reserved'], ['no address', 'reserved'],
])('%s is %s', (address, expected) => {
  expect(classifyAddress(address)).toBe(expected);
});

test('IPv4 within IPv6 is what the IPv4 address is', () => {
  fc.assert(fc.property(fc.ipV4(), (address) => {
    expect(classifyAddress(`::ffff:${address}`)).toBe(classifyAddress(address));
  }));
});

describe('an address that is not public', () => {
  it.each(['10.0.0.1', '127.0.0.1', 'fd00::1', '100.64.0.1'])('%s is refused unless it is opened', (address) => {
    expect(addressRefusal(publicOnly, 'crm.example.com', address)).toContain(address);
    expect(addressRefusal(networkRules(['crm.example.com']), 'CRM.example.com.', address)).toBeUndefined();
    expect(addressRefusal(networkRules(['crm.example.com']), 'other.example.com', address)).toContain(address);
    expect(addressRefusal(networkRules([address]), 'any.example.com', address)).toBeUndefined();
  });

  it('is opened by a range, and by nothing beside it', () => {
    const rules = networkRules(['10.20.0.0/16', 'fd00:1::/32']);
    expect(['10.20.0.1', '10.20.255.255', '::ffff:10.20.1.1', 'fd00:1::5'].map((address) => addressRefusal(rules, 'h', address))).toEqual([undefined, undefined, undefined, undefined]);
    expect(['10.19.255.255', '10.21.0.0', 'fd00:2::5'].filter((address) => addressRefusal(rules, 'h', address) === undefined)).toEqual([]);
  });

  it("and is this machine is opened by 'loopback' only where the host is written so", () => {
    const rules = networkRules(['loopback']);
    expect(['localhost', 'LOCALHOST.', 'crm.localhost', '127.0.0.1', '[::1]'].map((host) => addressRefusal(rules, host, host.includes(':') ? '::1' : '127.0.0.1'))).toEqual(Array(5).fill(undefined));
    expect(addressRefusal(rules, 'rebind.test', '127.0.0.1')).toBe('127.0.0.1 is this machine');
    expect(addressRefusal(rules, 'localhost', '10.0.0.1')).toBe('10.0.0.1 is a private address');
  });

  it.each(['169.254.169.254', 'fd00:ec2::254', '100.100.100.200', '169.254.1.1', '0.0.0.0', '224.0.0.1', '64:ff9b::a00:1'])('%s can be opened by nothing', (address) => {
    expect(addressRefusal(networkRules(['loopback', 'h', '10.0.0.0/8', 'fc00::/7', '100.64.0.0/10', address]), 'h', address)).toContain(address);
  });
});

test.each([
  ['10.20.0.0/16', undefined], ['192.168.1.4', undefined], ['fd00::/8', undefined], ['loopback', undefined], ['127.0.0.0/8', undefined], ['crm.intern', undefined], ['crm', undefined],
  ['0.0.0.0/0', 'too large'], ['::/0', 'too large'], ['8.8.8.8', 'public'], ['8.0.0.0/8', 'public'], ['169.254.169.254', 'credentials'], ['169.254.0.0/16', 'not a private'], ['10.0.0.0/7', 'not a private'], ['224.0.0.0/8', 'not a private'],
  ['10.0.0.0/33', 'expected'], ['10.0.0', 'expected'], ['*', 'expected'], ['http://crm', 'expected'], ['a b', 'expected'], ['', 'expected'], ['010.0.0.1', 'expected'],
])('the entry %s: %s', (entry, problem) => {
  if (problem === undefined) expect(networkEntryProblem(entry)).toBeUndefined();
  else expect(networkEntryProblem(entry)).toContain(problem);
});

test.each(['localhost.example.com', '128.0.0.1', '[::2]', '127.0.0.1.example.com'])('%s is another machine', (host) => {
  expect(isThisMachine(host)).toBe(false);
});

test('a range opens the private addresses in it, and no other address', () => {
  fc.assert(fc.property(fc.ipV4(), fc.integer({ min: 0, max: 255 }), (address, second) => {
    const isIn = address.startsWith(`10.${second}.`);
    const before = addressRefusal(publicOnly, 'h', address);
    const after = addressRefusal(networkRules([`10.${second}.0.0/16`]), 'h', address);
    expect(after === undefined).toBe(before === undefined || isIn);
  }));
});
