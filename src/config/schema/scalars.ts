import type { z } from 'zod';
import { byteSizePattern, parseByteSize } from '../byte-size.js';
import { durationPattern, parseDuration } from '../duration.js';
import { didYouMean } from '../suggestion.js';
import { namePattern, objectNamePattern, objectReferencePattern, parseObjectReference } from '../object-name.js';
import { parsePercentage, percentagePattern } from '../percentage.js';
import { pointerPattern, pointerProblem, writableFieldProblem } from '../pointer.js';
import { parseTimeOfDay, timeOfDayPattern } from '../time-of-day.js';
import { isTimeZone } from '../../domain/time-zone.js';
import { checkedText } from './checked-text.js';

/** durationText makes a schema for a duration such as 15m between two others. */
export function durationText(example: string, least: string, most: string): z.ZodString {
  const leastMs = parseDuration(least) ?? 0;
  const mostMs = parseDuration(most) ?? 0;
  return checkedText(`a duration such as ${example}`, (text) => {
    const ms = parseDuration(text);
    if (ms === undefined) return { message: `expected a duration such as ${example} (a whole number and ms, s, m, h or d)`, type: 'invalid-duration' };
    if (ms < leastMs || ms > mostMs) return { message: `expected a duration from ${least} to ${most}`, type: 'invalid-duration' };
    return undefined;
  }, durationPattern);
}

/** percentageText makes a schema for a percentage such as 2%, up to `most` percent. */
export function percentageText(example: string, most = 100): z.ZodString {
  return checkedText(`a percentage such as ${example}`, (text) => {
    const share = parsePercentage(text);
    if (share === undefined) return { message: `expected a percentage such as ${example}`, type: 'invalid-percentage' };
    return share * 100 > most ? { message: `expected at most ${most}%`, type: 'invalid-percentage' } : undefined;
  }, percentagePattern);
}

/** byteSizeText makes a schema for a size such as 32MB, up to 256 MB. */
export function byteSizeText(): z.ZodString {
  return checkedText('a size such as 32MB', (text) => {
    const bytes = parseByteSize(text);
    if (bytes !== undefined && bytes > 0 && bytes <= 256 * 1_048_576) return undefined;
    return { message: 'expected a size such as 32MB (KB or MB, at most 256MB)', type: 'invalid-value' };
  }, byteSizePattern);
}

/** pointerText makes a schema for a JSON Pointer (RFC 6901); `example` shows one. */
export function pointerText(example: string): z.ZodString {
  return checkedText(`a JSON Pointer such as ${example}`, (text) => {
    const problem = pointerProblem(text);
    return problem === undefined ? undefined : { message: problem, type: 'invalid-pointer' };
  }, pointerPattern);
}

/** fieldText makes a schema for a field: a name, or a JSON Pointer where it begins with a slash. */
export function fieldText(): z.ZodString {
  return checkedText('a field name such as email, or a JSON Pointer such as /address/city', (text) => {
    if (text.trim() === '' || text === '/') return { message: 'a field name is empty', type: 'invalid-value' };
    const problem = text.startsWith('/') ? pointerProblem(text) : undefined;
    return problem === undefined ? undefined : { message: problem, type: 'invalid-pointer' };
  });
}

/** targetFieldText makes a schema for a field that is written. */
export function targetFieldText(): z.ZodString {
  return fieldText().check((context) => {
    const problem = context.value.trim() === '' ? undefined : writableFieldProblem(context.value);
    if (problem === undefined || context.issues.length > 0) return;
    context.issues.push({ code: 'custom', input: context.value, message: problem, params: { type: 'invalid-pointer' } });
  });
}

/** nameText makes a schema for the name of a system or a sync. */
export function nameText(example: string): z.ZodString {
  return checkedText(`a name such as ${example}`, (text) => {
    if (namePattern.test(text)) return undefined;
    return { message: `expected a name such as ${example} (lower-case letters, digits and hyphens, a letter first, at most 63 characters)`, type: 'invalid-name' };
  }, namePattern);
}

/** objectNameText makes a schema for the name of an object. */
export function objectNameText(): z.ZodString {
  return checkedText('an object name such as contact', (text) => {
    if (objectNamePattern.test(text)) return undefined;
    return { message: 'expected an object name such as contact (lower-case letters, digits, hyphens and underscores)', type: 'invalid-name' };
  }, objectNamePattern);
}

/** objectReferenceText makes a schema for `system.object`. */
export function objectReferenceText(example: string): z.ZodString {
  return checkedText(`system.object, such as ${example}`, (text) =>
    parseObjectReference(text) === undefined ? { message: `expected system.object, such as ${example}`, type: 'invalid-name' } : undefined,
  objectReferencePattern);
}

/** timeOfDayText makes a schema for a time of day, with a time zone or in UTC. */
export function timeOfDayText(): z.ZodString {
  const expected = 'a time of day such as "02:00" or "02:00 Europe/Berlin"';
  return checkedText(expected, (text) => {
    if (parseTimeOfDay(text) !== undefined) return undefined;
    const zone = timeOfDayPattern.exec(text)?.[3];
    if (zone === undefined) return { message: `expected ${expected}`, type: 'invalid-value' };
    return { message: `unknown time zone '${zone}'${nearZone(zone)}`, type: 'invalid-value', offset: text.indexOf(' ') + 1 };
  }, timeOfDayPattern);
}

/** timeZoneText makes a schema for a time zone of the IANA database. */
export function timeZoneText(): z.ZodString {
  return checkedText('a time zone such as Europe/Berlin', (text) =>
    isTimeZone(text) ? undefined : { message: `unknown time zone '${text}'${nearZone(text)}`, type: 'invalid-value' });
}

function nearZone(zone: string): string {
  return didYouMean(zone, ['UTC', ...Intl.supportedValuesOf('timeZone')]) || '; use a name of the IANA database such as Europe/Berlin';
}
