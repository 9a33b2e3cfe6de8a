import { findingAt, type DefinitionPath, type DefinitionSource } from '../definition-source.js';
import type { Finding } from '../finding.js';
import { listReferences, resolveReferences, UnresolvedReferenceError, type ReferenceSources } from '../references.js';
import { textAt } from '../tolerant-access.js';

/** urlRule finds base and token URLs that are none, that carry credentials, or that are not encrypted. */
export function urlRule(source: DefinitionSource, sources: ReferenceSources | undefined): readonly Finding[] {
  const places: DefinitionPath[] = [['baseUrl']];
  for (const key of ['tokenUrl', 'authorizeUrl']) {
    if (textAt(source.value, ['auth', key])?.startsWith('/') === false) places.push(['auth', key]);
  }
  return places.flatMap((path) => {
    const text = textAt(source.value, path);
    if (text === undefined || text.trim() === '') return [];
    const url = withEnvironment(text, sources);
    return url === undefined ? [] : urlFindings(source, path, url);
  });
}

/** Undefined where the text depends on an environment that is not known or not complete; that is found elsewhere. */
function withEnvironment(text: string, sources: ReferenceSources | undefined): string | undefined {
  if (listReferences(text).length === 0) return text;
  if (sources === undefined) return undefined;
  try {
    return resolveReferences(text, sources);
  } catch (error) {
    if (error instanceof UnresolvedReferenceError) return undefined;
    throw error;
  }
}

function urlFindings(source: DefinitionSource, path: DefinitionPath, text: string): readonly Finding[] {
  const name = String(path.at(-1));
  const wrong = (message: string): readonly Finding[] => [findingAt(source, path, { type: 'invalid-url', message })];
  const url = URL.canParse(text) ? new URL(text) : undefined;
  // The text itself is not shown: it may come from the environment.
  if (url === undefined) return wrong(`${name} is no URL; write one such as https://crm.example.com/api`);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return wrong(`${name} begins with '${url.protocol}'; only https: and http: are possible`);
  if (url.username !== '' || url.password !== '') {
    return [findingAt(source, path, { type: 'hard-coded-secret', message: `${name} holds a user name or password; put them into auth` })];
  }
  if (url.search !== '' || url.hash !== '') return wrong(`${name} holds '${url.search === '' ? '#' : '?'}'; put query parameters into params`);
  if (url.protocol === 'https:' || isLoopback(url.hostname)) return [];
  const message = `${name} is not encrypted (http); credentials and records can be read on the way to ${url.host}; use https`;
  return [findingAt(source, path, { type: 'insecure-url', level: 'warning', message })];
}

/** isLoopback says whether a host of a URL is this machine (RFC 6761 §6.3, RFC 1122 §3.2.1.3, RFC 4291 §2.5.3). */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host.endsWith('.localhost') || host === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(host);
}
