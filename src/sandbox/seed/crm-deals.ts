import { Random } from '../engine/random.js';
import type { SeededRecord } from '../engine/record.js';
import type { Seeder } from '../engine/system-state.js';
import { isoMillis } from '../engine/times.js';
import { decimalAmount } from './money.js';

const startMs = Date.UTC(2024, 0, 1);
const spanMs = Date.UTC(2025, 11, 31) - startMs;
const stages = ['qualification', 'proposal', 'negotiation', 'won', 'won', 'lost'] as const;
const productLines = ['platform', 'analytics', 'support', 'hardware', 'training'] as const;

/** seedDeals makes deals of the CRM with accounts and contacts that are there already. */
export const seedDeals: Seeder = ({ count, seed, messy, from }, crm): SeededRecord[] => {
  const accounts = crm.collection('accounts');
  const contacts = crm.collection('contacts');
  const records: SeededRecord[] = [];
  for (let index = from; index < from + count; index += 1) {
    const random = Random.at(seed ^ 0x3d09, index);
    const account = accounts.byAge.slice(random.below(Math.max(1, accounts.size)), 1)[0];
    const colleagues = account === undefined ? [] : contacts.findIds('account_id', account.id);
    const contactId = colleagues[random.below(Math.max(1, colleagues.length))] ?? contacts.byAge.slice(random.below(Math.max(1, contacts.size)), 1)[0]?.id;
    const currency = typeof account?.value['currency'] === 'string' ? account.value['currency'] : 'EUR';
    const customer = typeof account?.value['name'] === 'string' ? account.value['name'] : 'New customer';
    const stage = random.pick(stages);
    const productLine = random.pick(productLines);
    const createdMs = startMs + Math.floor(random.next() * spanMs);
    const closedMs = createdMs + Math.floor(random.next() * (startMs + spanMs - createdMs));
    const closed = stage === 'won' || stage === 'lost';
    const amount = decimalAmount(Math.floor(10 ** (3 + random.next() * 3)), random.next(), currency);
    const fields = {
      name: `${customer.trim()}: ${productLine}`,
      account_id: account?.id ?? null,
      contact_id: contactId ?? null,
      amount: random.chance(messy) ? random.pick([null, '', 'tbd', '10.000,-', amount]) : amount,
      currency,
      stage,
      product_line: productLine,
      closed_at: closed ? isoMillis(closedMs) : null,
    };
    records.push({ fields, createdMs, updatedMs: closed ? closedMs : createdMs });
  }
  return records;
};
