import type { QualityDay } from '../../../../src/contracts/quality.js';

/** dayOf makes the figures of a day of 100 records; `more` overrides its parts. */
export function dayOf(day: string, more: Partial<QualityDay> = {}): QualityDay {
  return {
    quality: 'crm-contacts', title: 'Contacts of the CRM', owner: 'sales', system: 'crm', object: 'contact', day, runId: '01a20aa9-ab13-7241-8cb6-736699bfaa3f', definitionVersion: 1,
    targets: { duplicateRate: 0.01, missing: 0.02 }, records: 100, outOfScope: 0, unreadable: 0, duplicates: 1, missing: 3, invalid: 7, repairable: 5, differs: null, compared: null,
    rules: { 'email.format': 7, 'email.required': 3, 'phone.format': 0 }, ...more,
  };
}
