import { isMapping } from '../tolerant-access.js';

type Value = string | number | boolean | readonly unknown[];

/** settingValues gives the settings of a connector: what the user's file says, otherwise the connector's default. */
export function settingValues(declared: unknown, own: unknown): ReadonlyMap<string, Value> {
  const values = new Map<string, Value>();
  for (const [name, setting] of Object.entries(isMapping(declared) ? declared : {})) {
    const given = isMapping(own) && Object.hasOwn(own, name) ? own[name] : undefined;
    const value = given ?? (isMapping(setting) ? setting['default'] : undefined);
    if (isValue(value)) values.set(name, value);
  }
  return values;
}

/**
 * fillSettings replaces `<name>` in every text of a connector by the setting of that name; a list is joined by commas, and
 * takes the place of an element of a list that is nothing else. What has no value stays.
 */
export function fillSettings(value: unknown, settings: ReadonlyMap<string, Value>): unknown {
  if (typeof value === 'string') return fillText(value, settings);
  if (Array.isArray(value)) return value.flatMap((part: unknown) => listAt(part, settings) ?? [fillSettings(part, settings)]);
  if (!isMapping(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, fillSettings(part, settings)]));
}

/** placeholdersIn lists the settings that a text still waits for. */
export function placeholdersIn(text: string): readonly string[] {
  return [...text.matchAll(placeholder)].map(([, name = '']) => name);
}

const placeholder = /<([A-Za-z][A-Za-z0-9]*)>/g;

function listAt(part: unknown, settings: ReadonlyMap<string, Value>): readonly unknown[] | undefined {
  const [, name = ''] = typeof part === 'string' ? /^<(\w+)>$/.exec(part) ?? [] : [];
  const list = settings.get(name);
  return Array.isArray(list) ? list : undefined;
}

function fillText(text: string, settings: ReadonlyMap<string, Value>): string {
  return text.replace(placeholder, (found, name: string) => {
    const value = settings.get(name);
    return value === undefined ? found : Array.isArray(value) ? value.join(',') : String(value);
  });
}

function isValue(value: unknown): value is Value {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' || Array.isArray(value);
}
