import type { Json } from '../../../src/contracts/json.js';
import type { BodyParameters } from '../../../src/contracts/system-definition.js';
import { at } from './places.js';

/** FakeRequest is a request as a fake reads it. */
export interface FakeRequest {
  readonly method: string;
  /** Without the query and without the path of the base URL. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Json | undefined;
}

/** FakeAnswer is what a fake answers. */
export interface FakeAnswer {
  readonly status: number;
  readonly body?: Json;
  readonly headers?: Readonly<Record<string, string>>;
}

/** parameter reads a parameter where an operation sends it. */
export function parameter(operation: BodyParameters, request: FakeRequest, name: string): string | undefined {
  if (operation.in !== 'body') return request.query.get(name) ?? undefined;
  const value = at(request.body, name);
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}

/** captured reads what stands for the placeholders of a template in a text; undefined where the text is another. */
export function captured(template: string, text: string | undefined): Readonly<Record<string, string>> | undefined {
  if (text === undefined) return undefined;
  const encoded = /^base64url\((.*)\)$/s.exec(template)?.[1];
  if (encoded !== undefined) {
    const found = captured(encoded, Buffer.from(text, 'base64url').toString('utf8'));
    return found === undefined ? undefined : Object.fromEntries(Object.entries(found).map(([name, value]) => [name, String(JSON.parse(`"${value}"`))]));
  }
  const names: string[] = [];
  const pattern = template.split(/(\{\w+\})/).map((part) => {
    const name = /^\{(\w+)\}$/.exec(part)?.[1];
    if (name === undefined) return part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    names.push(name);
    return '(.*)';
  }).join('');
  const found = new RegExp(`^${pattern}$`, 's').exec(text);
  return found === null ? undefined : Object.fromEntries(names.map((name, index) => [name, found[index + 1] ?? '']));
}
