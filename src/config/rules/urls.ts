import { findingAt, type DefinitionPath, type DefinitionSource } from '../definition-source.js';
import type { Finding } from '../finding.js';
import { listReferences, resolveReferences, UnresolvedReferenceError, type ReferenceSources } from '../references.js';
import { judgeHost, judgeUrl, type UrlRefusal } from '../../egress/judge-url.js';
import { isThisMachine, networkRules, readNetworkEntries, type NetworkRules } from '../../egress/network-rules.js';
import { listAt, textAt } from '../tolerant-access.js';

/** urlRule finds base and token URLs that are none, that carry credentials, that are not encrypted, or that lead where nothing may be connected to. */
export function urlRule(source: DefinitionSource, sources: ReferenceSources | undefined): readonly Finding[] {
  const places: DefinitionPath[] = [['baseUrl']];
  for (const key of ['tokenUrl', 'authorizeUrl']) {
    if (textAt(source.value, ['auth', key])?.startsWith('/') === false) places.push(['auth', key]);
  }
  return findingsAt(source, sources, places, (path, url) => [...urlFindings(source, path, url), ...encryptionFindings(source, path, url)]);
}

/** channelUrlRule finds URLs and hosts of a channel that are none, or that lead where nothing may be connected to. */
export function channelUrlRule(source: DefinitionSource, sources: ReferenceSources | undefined): readonly Finding[] {
  return [...findingsAt(source, sources, [['send', 'url']], (path, url) => placeFindings(source, path, url, sources)), ...hostFindings(source, sources, ['send', 'host'])];
}

/** hostRule finds hosts of systems that speak no HTTP where nothing may be connected to. */
export function hostRule(source: DefinitionSource, sources: ReferenceSources | undefined): readonly Finding[] {
  return [['host'], ['sftp', 'host'], ['connection']].flatMap((path) => hostFindings(source, sources, path));
}

function hostFindings(source: DefinitionSource, sources: ReferenceSources | undefined, path: DefinitionPath): readonly Finding[] {
  const text = textAt(source.value, path);
  const written = text === undefined || text.trim() === '' ? undefined : withEnvironment(text, sources);
  const host = path.at(-1) === 'connection' ? hostOfConnection(written) : written;
  const refusal = host === undefined ? undefined : judgeHost(host, rulesHere(source, sources));
  return refusal === undefined ? [] : [forbidden(source, path, refusal)];
}

/** The host of a connection URL, or the folder of a Unix socket; the rest of it is secret. */
function hostOfConnection(text: string | undefined): string | undefined {
  if (text === undefined || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  return url.searchParams.get('host') ?? decodeURIComponent(url.hostname);
}

function findingsAt(
  source: DefinitionSource, sources: ReferenceSources | undefined, places: readonly DefinitionPath[], judge: (path: DefinitionPath, url: string) => readonly Finding[],
): readonly Finding[] {
  return places.flatMap((path) => {
    const text = textAt(source.value, path);
    if (text === undefined || text.trim() === '') return [];
    const url = withEnvironment(text, sources);
    if (url === undefined) return [];
    const misshapen = judge(path, url);
    return misshapen.some(({ level }) => level === 'error') ? misshapen : [...misshapen, ...placeFindings(source, path, url, sources)];
  });
}

function placeFindings(source: DefinitionSource, path: DefinitionPath, text: string, sources: ReferenceSources | undefined): readonly Finding[] {
  const refusal = judgeUrl(text, rulesHere(source, sources));
  if (refusal === undefined) return [];
  if (refusal.kind === 'form') return [findingAt(source, path, { type: 'invalid-url', message: `${String(path.at(-1))} ${refusal.why}` })];
  return [forbidden(source, path, refusal)];
}

function rulesHere(source: DefinitionSource, sources: ReferenceSources | undefined): NetworkRules {
  const own = listAt(source.value, ['network', 'allow']).filter((entry): entry is string => typeof entry === 'string');
  // Where nothing is known of the deployment, it may be the local one.
  return networkRules([...(sources === undefined ? ['loopback'] : readNetworkEntries(sources.env['CROSSWALK_NETWORK_ALLOW'])), ...own]);
}

function forbidden(source: DefinitionSource, path: DefinitionPath, refusal: UrlRefusal): Finding {
  const open = refusal.canBeOpened ? '; where it is meant, list it in "network: { allow: [...] }", or in CROSSWALK_NETWORK_ALLOW for the whole deployment' : '';
  return findingAt(source, path, { type: 'forbidden-address', message: `${String(path.at(-1))} ${refusal.why}${open}` });
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
  return [];
}

function encryptionFindings(source: DefinitionSource, path: DefinitionPath, text: string): readonly Finding[] {
  const name = String(path.at(-1));
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || url.protocol !== 'http:' || isThisMachine(url.hostname)) return [];
  const message = `${name} is not encrypted (http); credentials and records can be read on the way to ${url.host}; use https`;
  return [findingAt(source, path, { type: 'insecure-url', level: 'warning', message })];
}
