import { expect, test } from 'vitest';
import type { QualityDefinition } from '../../../src/contracts/quality-definition.js';
import { noteOfOwned } from '../../../src/schedules/desired-schedule.js';
import { desiredQualitySchedules, qualityRemarks } from '../../../src/schedules/quality-schedule.js';

const when = { hour: 4, minute: 30, timeZone: 'Europe/Berlin' };
const contacts: QualityDefinition = {
  quality: 'crm-contacts', title: 'Contacts', object: { system: 'crm', object: 'contact' }, timeZone: 'Europe/Berlin', rules: [], duplicates: [], targets: {}, repairs: [], findings: 200,
};

test('a definition with a time has a schedule of its own, which never overtakes itself', () => {
  expect(desiredQualitySchedules([{ ...contacts, when }])).toEqual([{
    id: 'crosswalk/crm-contacts/quality', sync: 'crm-contacts', kind: 'quality', paused: false, note: noteOfOwned,
    shape: {
      times: { kind: 'daily', ...when }, jitterMs: 30_000, catchUpMs: 12 * 3_600_000, overlap: 'SKIP', workflowType: 'quality', workflowId: 'quality/crm-contacts/scheduled',
      taskQueue: 'crosswalk', args: [{ quality: 'crm-contacts' }],
    },
  }]);
  expect(qualityRemarks([{ ...contacts, when }])).toEqual([]);
});

test('a definition without a time has none, and the one who applies it is told', () => {
  expect(desiredQualitySchedules([contacts])).toEqual([]);
  expect(qualityRemarks([contacts])).toEqual(['crm-contacts: has no schedule; "crosswalk quality run crm-contacts" checks it.']);
});
