import {
  conversionFormat, jsonFormat, listFormat, numberFormat, plainFormat, repairFormat, wordFormat, yesNoFormat, type CellFormat,
} from './cell-value.js';
import { frequencyFormat } from './frequency.js';

/** MappingKey is a key of a field mapping that has a column of its own. */
export type MappingKey = 'from' | 'to' | 'type' | 'convert' | 'direction' | 'conflict' | 'required' | 'default' | 'constant' | 'repair' | 'maxLength' | 'region' | 'currency' | 'values';

/** ExampleKey is a part of an example that has a column of its own. */
export type ExampleKey = 'in' | 'out' | 'with';

/** ColumnKey is what a column holds: a key of the mapping, a part of an example, or what the whole sync has in common. */
export type ColumnKey = MappingKey | ExampleKey | 'sync' | 'when';

/** Column is one column of the sheet. */
export interface Column {
  readonly key: ColumnKey;
  readonly title: string;
  readonly format: CellFormat;
  /** In characters. */
  readonly width: number;
}

/** Ends is the two objects of a sync, as `system.object`. */
export interface Ends {
  readonly from: string;
  readonly to: string;
}

const CRM_FIELD = 'CRM field';
const EXTERNAL_FIELD = 'External field';

/** columnsFor is the columns of a sync's sheet, in their order. Where only the target's system calls itself a CRM, its fields are the CRM fields. */
export function columnsFor(ends: Ends): readonly Column[] {
  const backwards = isCrm(ends.to) && !isCrm(ends.from);
  return [
    column('sync', 'Sync', plainFormat, 20),
    column('from', backwards ? EXTERNAL_FIELD : CRM_FIELD, listFormat, 22),
    column('to', backwards ? CRM_FIELD : EXTERNAL_FIELD, plainFormat, 22),
    column('type', 'Type', wordFormat, 10),
    column('convert', 'Conversion', conversionFormat, 36),
    column('direction', 'Direction', wordFormat, 10),
    column('conflict', 'Conflict rule', plainFormat, 12),
    column('required', 'Required', yesNoFormat, 9),
    column('when', 'Frequency', frequencyFormat, 26),
    column('in', 'Example in', jsonFormat, 26),
    column('out', 'Expected out', jsonFormat, 26),
    column('with', 'Example with', jsonFormat, 18),
    column('default', 'Default', jsonFormat, 12),
    column('constant', 'Fixed value', jsonFormat, 12),
    column('repair', 'Repair', repairFormat, 26),
    column('maxLength', 'Max length', numberFormat, 10),
    column('region', 'Region', plainFormat, 14),
    column('currency', 'Currency', plainFormat, 14),
    column('values', 'Allowed values', listFormat, 26),
  ];
}

/** exampleKeys are the parts of an example. */
export const exampleKeys: readonly ExampleKey[] = ['in', 'out', 'with'];

/** impliedValues are what a mapping has that says nothing; the sheet shows them, and the YAML need not. */
export const impliedValues: Readonly<Partial<Record<MappingKey, unknown>>> = { type: 'text', direction: 'forward', required: false };

/** isMappingKey tells the columns that hold a key of the mapping. */
export function isMappingKey(key: ColumnKey): key is MappingKey {
  return key !== 'sync' && key !== 'when' && key !== 'in' && key !== 'out' && key !== 'with';
}

function column(key: ColumnKey, title: string, format: CellFormat, width: number): Column {
  return { key, title, format, width };
}

function isCrm(reference: string): boolean {
  return (reference.split('.')[0] ?? '').includes('crm');
}
