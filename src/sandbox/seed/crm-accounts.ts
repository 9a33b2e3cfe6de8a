import { Random } from '../engine/random.js';
import type { RecordValue, SeededRecord } from '../engine/record.js';
import type { Seeder } from '../engine/system-state.js';
import { companyAt, type Company } from './companies.js';
import { mistype } from './mess.js';
import { decimalAmount } from './money.js';

const startMs = Date.UTC(2021, 0, 1);
const spanMs = Date.UTC(2025, 11, 31) - startMs;
const tiers = ['enterprise', 'self-serve', 'self-serve', 'partner'] as const;

/** seedAccounts makes the companies of the CRM; amounts are decimal texts in whole units of the currency. */
export const seedAccounts: Seeder = ({ count, seed, messy, from }): SeededRecord[] => {
  const records: SeededRecord[] = [];
  for (let index = from; index < from + count; index += 1) {
    const random = Random.at(seed ^ 0x77a1, index);
    const company = companyAt(seed, index);
    const fields = tidyAccount(company, random);
    if (random.chance(messy)) makeAccountUntidy(fields, company, random);
    const createdMs = startMs + Math.floor(random.next() * spanMs);
    records.push({ fields, createdMs, updatedMs: createdMs + Math.floor(random.next() * (startMs + spanMs - createdMs)) });
  }
  return records;
};

function tidyAccount(company: Company, random: Random): RecordValue {
  return {
    name: company.name,
    vat_id: company.vatId,
    domain: company.domain,
    currency: company.country.currency,
    annual_revenue: decimalAmount(company.revenue, random.next(), company.country.currency),
    country: company.country.code,
    billing_email: `billing@${company.domain}`,
    tier: random.pick(tiers),
  };
}

function makeAccountUntidy(fields: RecordValue, company: Company, random: Random): void {
  const changes: readonly RecordValue[] = [
    { name: company.name.toUpperCase() },
    { name: mistype(company.name, random) },
    { name: ` ${company.name.replace(' ', '  ')} ` },
    { name: company.name.replace(/ [^ ]+$/, '') },
    { name: `${company.name} 株式会社` },
    { vat_id: company.vatId.replace(/(\d{3})/g, '$1 ').toLowerCase() },
    { vat_id: null },
    { domain: `https://www.${company.domain}/` },
    { domain: '' },
    { annual_revenue: random.pick(['1.250.000,00', '', 'confidential', '1,5 Mio', '-1', '12345.678', null]) },
    { currency: random.pick(['eur', '€', null]) },
    { billing_email: random.pick([null, '', 'accounts payable', `Billing@${company.domain.toUpperCase()}`]) },
    { country: random.pick(['Germany', 'UK', 'de', null]) },
  ];
  Object.assign(fields, random.pick(changes));
}
