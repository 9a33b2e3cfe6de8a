import type { FieldKind } from '../contracts/field-kind.js';

const byType: Readonly<Record<string, FieldKind>> = {
  name: 'name', email: 'email', phone: 'phone', date: 'date', datetime: 'date', country: 'code', currency: 'code', enum: 'code', integer: 'code', boolean: 'code',
};

/** The last part of a field's name, without regard to case and separators, tells what plain text holds. */
const byName: readonly (readonly [RegExp, FieldKind])[] = [
  [/(?:first|given|fore)_?name$/, 'given-name'],
  [/(?:last|family|sur)_?name$/, 'family-name'],
  [/(?:post_?code|postal_?code|zip(?:_?code)?)$/, 'postcode'],
  [/(?:city|town|suburb|place|locality)$/, 'place'],
  [/(?:street|address(?:_?(?:line)?_?\d)?)$/, 'address'],
  [/(?:state|region|province|country)$/, 'code'],
  [/e_?mail$/, 'email'],
  [/(?:phone|mobile|telephone)$/, 'phone'],
  [/(?:birth_?date|date_of_birth|dob|birthday)$/, 'date'],
  [/name$/, 'name'],
];

/** fieldKindOf gives the kind of a field of which the author says nothing: by the name where that is plain, else by the type of its mapping. */
export function fieldKindOf(name: string, type: string): FieldKind {
  const plain = name.replaceAll(/([a-z])([A-Z])/g, '$1_$2').replaceAll('-', '_').toLowerCase();
  const known = byType[type];
  const named = byName.find(([pattern]) => pattern.test(plain))?.[1];
  if (type === 'text' || type === 'name') return named ?? known ?? 'text';
  return known ?? 'text';
}
