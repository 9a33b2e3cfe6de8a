import { z } from 'zod';
import { keyed, plainText } from './checked-text.js';
import { nameText, objectNameText } from './scalars.js';

const holdingSchema = keyed({
  data: objectNameText().describe('Kind of data, under the name that the whole company uses: contact, invoice. The same name in two systems means the same data.'),
  object: objectNameText().optional().describe('Object of this system that holds it. With it, only syncs of that object keep its fields in step. Not for systems that are only listed.'),
  fields: z.array(plainText('a field name', 100)).min(1).max(200).describe('Fields that are held, under names that the whole company uses.'),
});

/** catalogSchema is what the catalogue says of a system. */
export const catalogSchema = keyed({
  departments: z.array(plainText('a department', 100)).max(50).default([]).describe('Departments that work with the system, besides its owner.'),
  holds: z.array(holdingSchema).max(100).default([]).describe('The data that the system holds.'),
  native: z.boolean().default(false).describe('Whether its maker\'s own integration is in use, in place of a sync.'),
  hoursSaved: z.number().min(0).max(100_000).optional().describe('Hours of work a month that are saved by keeping it in step, or would be.'),
  note: plainText('a note', 500).optional().describe('What people should know of it.'),
});

/** listedSystemSchema is a system that is in the catalogue and not connected. */
export const listedSystemSchema = keyed({
  system: nameText('payroll').describe('Name of the system. Lower-case letters, digits and hyphens.'),
  listed: z.literal(true).describe('The system is listed in the catalogue and not connected; no sync can name it.'),
  title: plainText('a title', 200).optional().describe('Name for people. Default: the name of the system.'),
  owner: plainText('a department', 100).optional().describe('Department that answers for the system.'),
  catalog: catalogSchema.prefault({}).describe('What the catalogue says of it.'),
}).meta({ title: 'Crosswalk listed system', description: 'A system that is in the catalogue and not connected.' });

/** AuthorCatalog is the `catalog` of a system as it is written, defaults filled in. */
export type AuthorCatalog = z.output<typeof catalogSchema>;
