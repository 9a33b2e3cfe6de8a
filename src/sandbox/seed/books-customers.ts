import { Random } from '../engine/random.js';
import type { SeededRecord } from '../engine/record.js';
import type { Seeder } from '../engine/system-state.js';
import { companyAt } from './companies.js';
import { minorDigitsOf } from './money.js';

const startMs = Date.UTC(2021, 0, 1);
const spanMs = Date.UTC(2025, 11, 31) - startMs;

/** seedCustomers makes customers who are the same companies as the CRM's accounts of the same seed. */
export const seedCustomers: Seeder = ({ count, seed, messy, from }): SeededRecord[] => {
  const records: SeededRecord[] = [];
  for (let index = from; index < from + count; index += 1) {
    const random = Random.at(seed ^ 0x1f35, index);
    const company = companyAt(seed, index);
    const { currency } = company.country;
    const untidy = random.chance(messy);
    const createdMs = startMs + Math.floor(random.next() * spanMs);
    const fields = {
      name: untidy ? company.name.toUpperCase().replace(/[.,]/g, '') : company.name,
      email: untidy && random.chance(0.5) ? null : `billing@${company.domain}`,
      taxNumber: untidy ? null : company.vatId,
      website: company.domain,
      country: company.country.code,
      currency,
      annualRevenue: company.revenue * 10 ** minorDigitsOf(currency),
    };
    records.push({ fields, createdMs, updatedMs: createdMs + Math.floor(random.next() * (startMs + spanMs - createdMs)) });
  }
  return records;
};
