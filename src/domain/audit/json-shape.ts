import type { Json } from '../../contracts/json.js';

const MOST = 40;
const DEPTH = 5;

/** jsonShape lists the JSON Pointers of a document with the types of their values, as in `/error/code text`; it keeps no values. */
export function jsonShape(document: Json | undefined): readonly string[] {
  const found: string[] = [];
  const walk = (value: Json, at: string, depth: number): void => {
    if (found.length >= MOST) return;
    if (Array.isArray(value)) {
      const [first] = value;
      if (first === undefined || depth >= DEPTH) found.push(`${at} list`);
      else walk(first, `${at}/*`, depth + 1);
    } else if (typeof value === 'object' && value !== null && depth < DEPTH) {
      for (const [key, part] of Object.entries(value)) walk(part, `${at}/${key.slice(0, 60).replaceAll('~', '~0').replaceAll('/', '~1')}`, depth + 1);
    } else found.push(`${at} ${typeName(value)}`);
  };
  if (document !== undefined) walk(document, '', 0);
  return found;
}

function typeName(value: Json): string {
  if (value === null) return 'null';
  if (typeof value === 'string') return 'text';
  return typeof value === 'object' ? 'object' : typeof value;
}
