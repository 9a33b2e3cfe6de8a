import type { DriftKind, FieldDrift, FieldProfile, ObjectProfile, ValueShape } from '../../contracts/drift.js';

/** Samples of fewer records are not judged. */
export const LEAST_RECORDS = 20;

/** A field that hardly any record has may be missing from a sample by chance. */
const LEAST_PRESENT = 0.1;
/** A field is rarer when less than half as many records have it, and at least three in ten fewer. */
const RARER = 0.3;
/** Share of the values that may have a shape the baseline hardly had. */
const STRANGE = 0.2;
/** A format counts as the field's own when nearly all values had it. */
const USUAL = 0.9;

/** quarantines says whether a kind of drift keeps a mapped field out of writes. */
export function quarantines(kind: DriftKind): boolean {
  return kind !== 'new-values' && kind !== 'new-field';
}

/** compareProfiles lists what became different; nothing where either side has too few records to tell. */
export function compareProfiles(before: ObjectProfile, now: ObjectProfile): FieldDrift[] {
  if (before.records < LEAST_RECORDS || now.records < LEAST_RECORDS) return [];
  const known = Object.entries(before.fields).flatMap(([field, profile]) => {
    const drift = driftOf(profile, now.fields[field]);
    return drift === undefined ? [] : [{ field, ...drift }];
  });
  // Where a whole part is gone, its members need not be told one by one.
  const whole = known.filter(({ field, kind }) => kind !== 'vanished' || !known.some((other) => other.kind === 'vanished' && field.startsWith(`${other.field}/`)));
  const added = Object.entries(now.fields).filter(([field, { present }]) => !(field in before.fields) && present >= LEAST_PRESENT)
    .map(([field, { present }]): FieldDrift => ({ field, kind: 'new-field', summary: `new: ${percent(present)} of the records have it` }));
  return [...whole, ...added];
}

function driftOf(before: FieldProfile, now: FieldProfile | undefined): Omit<FieldDrift, 'field'> | undefined {
  const present = now?.present ?? 0;
  if (before.present >= LEAST_PRESENT && present === 0) return { kind: 'vanished', summary: `gone: ${percent(before.present)} of the records had it, now none has` };
  if (present < before.present / 2 && before.present - present >= RARER) return { kind: 'rarer', summary: `missing: ${percent(before.present)} of the records had it, now ${percent(present)} have` };
  if (now === undefined || present === 0 || before.present === 0) return undefined;
  return typeDrift(before, now) ?? formatDrift(before, now) ?? newValues(before, now);
}

function typeDrift(before: FieldProfile, now: FieldProfile): Omit<FieldDrift, 'field'> | undefined {
  const known = new Set(Object.keys(before.shapes).map((shape) => typeOf(shape as ValueShape)));
  const strange = Object.keys(now.shapes).filter((shape) => !known.has(typeOf(shape as ValueShape)));
  const share = shareOf(now, strange);
  if (share < STRANGE) return undefined;
  return { kind: 'type', summary: `another type: ${names(before)} before, now ${percent(share)} of the values are ${strange.join(' or ')}` };
}

function formatDrift(before: FieldProfile, now: FieldProfile): Omit<FieldDrift, 'field'> | undefined {
  const usual = Object.keys(before.shapes).find((shape) => shape !== 'text' && shareOf(before, [shape]) >= USUAL);
  if (usual === undefined) return undefined;
  const share = shareOf(now, [usual]);
  // Whole numbers among decimals are chance, not a format.
  if (share >= 1 - STRANGE || ((usual === 'integer' || usual === 'decimal') && shareOf(now, ['integer', 'decimal']) >= 1 - STRANGE)) return undefined;
  return { kind: 'format', summary: `another format: ${usual} before, now ${percent(share)} of the values are (${names(now)})` };
}

function newValues(before: FieldProfile, now: FieldProfile): Omit<FieldDrift, 'field'> | undefined {
  const { values } = before;
  if (values === null || now.values === null) return undefined;
  const added = now.values.filter((value) => !values.includes(value));
  return added.length === 0 ? undefined : { kind: 'new-values', summary: `new values: ${added.slice(0, 5).join(', ')}${added.length > 5 ? ' …' : ''}` };
}

/** Formats of texts are one type, and so are numbers. */
function typeOf(shape: ValueShape): string {
  if (shape === 'integer' || shape === 'decimal') return 'number';
  return shape === 'boolean' || shape === 'list' || shape === 'object' ? shape : 'text';
}

function shareOf({ shapes }: FieldProfile, wanted: readonly string[]): number {
  const counts = Object.entries(shapes);
  const all = counts.reduce((sum, [, count]) => sum + count, 0);
  return all === 0 ? 0 : counts.filter(([shape]) => wanted.includes(shape)).reduce((sum, [, count]) => sum + count, 0) / all;
}

function names({ shapes }: FieldProfile): string {
  return Object.entries(shapes).toSorted(([, a], [, b]) => b - a).slice(0, 3).map(([shape]) => shape).join(', ');
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
