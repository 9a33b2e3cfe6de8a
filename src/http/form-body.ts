import type { Json } from '../contracts/json.js';
import { encodeText } from './request-url.js';

/**
 * encodeFormWithJson writes a JSON object as application/x-www-form-urlencoded, each nested value as a JSON text, as Slack
 * reads it (api.slack.com/web, "POST bodies"). Null is written as empty.
 */
export function encodeFormWithJson(body: Json): string {
  const entries = typeof body === 'object' && body !== null ? Object.entries(body) : [];
  return encodeForm(Object.fromEntries(entries.map(([name, value]) => [name, typeof value === 'object' && value !== null ? JSON.stringify(value) : value])));
}

/**
 * encodeForm writes a JSON object as application/x-www-form-urlencoded, what is nested with brackets: `a[b]=1&c[0]=2`, as
 * Stripe reads it (docs.stripe.com/api, "Expanding and nesting"). Null is written as empty, which unsets a value; an empty
 * array or object is left out, since the form has no way to write it.
 */
export function encodeForm(body: Json): string {
  const parts: string[] = [];
  const write = (name: string, value: Json): void => {
    if (typeof value === 'object' && value !== null) {
      for (const [key, part] of Object.entries(value)) write(name === '' ? key : `${name}[${key}]`, part);
    } else parts.push(`${encodeText(name)}=${value === null ? '' : encodeText(String(value))}`);
  };
  write('', body);
  return parts.join('&');
}
