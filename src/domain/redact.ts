import type { Json } from '../contracts/json.js';
import { isJsonArray } from './json-pointer.js';
import { redactNamedValues } from './redact-named-values.js';
import { isSecretName, REDACTED } from './secret-names.js';
import { cutCodePoints, isWellFormed } from './unicode.js';

/** Redactor takes secrets out of what is logged, shown or kept as an excerpt. */
export interface Redactor {
  /** Text with secrets replaced, cut to the longest length. */
  readonly text: (text: string) => string;
  /** Headers with secret ones replaced whole; names are kept. */
  readonly headers: (headers: Readonly<Record<string, string | readonly string[] | undefined>>) => Record<string, string>;
  /** JSON with the values of secret names replaced whole, and every text redacted. */
  readonly json: (value: Json) => Json;
}

/** RedactorOptions say what is secret besides what names and shapes tell. */
export interface RedactorOptions {
  /** Exact secret values, also looked for URL-encoded and within JSON; those under 4 characters are not looked for. */
  readonly secrets?: readonly string[];
  /** Most code points of a text; 2,000 unless told. */
  readonly maxLength?: number;
}

const DEFAULT_MAX_LENGTH = 2_000;
const MIN_SECRET_LENGTH = 4;
/** Longer texts are cut before they are searched. */
const MAX_SEARCHED = 1_000_000;
const MAX_DEPTH = 20;
const MAX_NODES = 10_000;

const SCHEME_AND_CREDENTIALS = /\b(Bearer|Basic)[ \t]{1,10}[\w.~+/=-]{8,}/gi;
const USER_INFO = /\/\/[^\s/@]{1,400}@/g;
const JSON_WEB_TOKEN = /(?<![\w-])eyJ[\w-]{5,}\.[\w-]{5,}(?:\.[\w-]*)?/g;
const KEY_IN_QUERY = /([?&]key=)[^\s&#"'<>]+/gi;

/**
 * createRedactor makes a redactor. It replaces the exact secrets given, values whose name says they are secret
 * (`password=…`, `"api_key": "…"`, `Authorization: …`), bearer and basic credentials, user names in addresses and JSON
 * web tokens. Time is linear in the length of the text.
 */
export function createRedactor({ secrets = [], maxLength = DEFAULT_MAX_LENGTH }: RedactorOptions = {}): Redactor {
  const exact = [...new Set(secrets.filter((secret) => secret.length >= MIN_SECRET_LENGTH).flatMap(writtenForms))]
    .toSorted((a, b) => b.length - a.length);
  const longest = exact[0]?.length ?? 0;

  const text = (input: string): string => {
    let found = input.slice(0, MAX_SEARCHED);
    for (const secret of exact) found = found.replaceAll(secret, REDACTED);
    // The cut may have left the first part of a secret at the end.
    if (input.length > MAX_SEARCHED && longest > 0) found = found.slice(0, Math.max(0, found.length - longest));
    found = found
      .replaceAll(SCHEME_AND_CREDENTIALS, `$1 ${REDACTED}`)
      .replaceAll(USER_INFO, `//${REDACTED}@`)
      .replaceAll(JSON_WEB_TOKEN, REDACTED)
      .replaceAll(KEY_IN_QUERY, `$1${REDACTED}`);
    found = redactNamedValues(found);
    const cut = cutCodePoints(found, maxLength);
    return cut.length < found.length || input.length > MAX_SEARCHED ? `${cut}…` : found;
  };

  const json = (value: Json): Json => {
    let nodes = 0;
    const visit = (current: Json, depth: number): Json => {
      nodes += 1;
      if (nodes > MAX_NODES || depth > MAX_DEPTH) return '…';
      if (typeof current === 'string') return text(current);
      if (isJsonArray(current)) return firstOf(current).map((item) => visit(item, depth + 1));
      if (typeof current !== 'object' || current === null) return current;
      return Object.fromEntries(firstOf(Object.entries(current)).map(([name, item]) => (
        [text(name), item !== null && isSecretName(name) ? REDACTED : visit(item, depth + 1)]
      )));
    };
    const firstOf = <Item>(items: readonly Item[]): readonly Item[] => items.slice(0, Math.max(0, MAX_NODES - nodes) + 1);
    return visit(value, 0);
  };

  const headers: Redactor['headers'] = (input) => Object.fromEntries(Object.entries(input).flatMap(([name, value]) => {
    if (value === undefined) return [];
    return [[name, isSecretName(name) ? REDACTED : text(typeof value === 'string' ? value : value.join(', '))]];
  }));

  return { text, headers, json };
}

function writtenForms(secret: string): readonly string[] {
  const inJson = JSON.stringify(secret).slice(1, -1);
  return isWellFormed(secret) ? [secret, inJson, encodeURIComponent(secret)] : [secret, inJson];
}
