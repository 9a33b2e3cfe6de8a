import { stringify } from 'csv-stringify/sync';
import { neutralText } from '../domain/neutral-text.js';

/** writeCsv writes rows of text as CSV (RFC 4180) in UTF-8, with the byte order mark by which Excel knows that; no cell can be taken for a formula. */
export function writeCsv(rows: readonly (readonly string[])[]): Buffer {
  const neutral = rows.map((row) => row.map(neutralText));
  return Buffer.from(stringify(neutral, { bom: true, record_delimiter: 'windows', quote_record_delimiter: true }), 'utf8');
}
