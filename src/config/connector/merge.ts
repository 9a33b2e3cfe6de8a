import { isMapping } from '../tolerant-access.js';

type Mapping = Readonly<Record<string, unknown>>;

/** Keys of a connector's file that are about the connector and no part of a system. */
const aboutTheConnector = new Set(['connector', 'about', 'settings', 'examples']);

const verbs = ['get', 'post', 'put', 'patch', 'delete'];

/**
 * mergeSystem puts what a user's file says over what a connector says, key by key: mappings are merged, anything else is
 * replaced, and null takes away what the connector says. Three keys are special. `auth` goes with the kind of that type that
 * the connector offers, or with its first. `webhooks` of the connector count only where the file has some, since their secret
 * is the user's. `outcomes` of the file come before the connector's, since the first rule that fits wins.
 */
export function mergeSystem(connector: Mapping, own: Mapping): Mapping {
  const { auth, webhooks, outcomes, ...offered } = Object.fromEntries(Object.entries(connector).filter(([key]) => !aboutTheConnector.has(key)));
  const base = {
    ...offered,
    ...(isMapping(own['auth']) ? { auth: offerOf(auth, own['auth']) } : {}),
    ...(own['webhooks'] === undefined ? {} : { webhooks }),
  };
  const merged = withoutStrayEvents(mergeMappings(base, own), own);
  const { outcomes: _none, ...ruleless } = merged;
  if (own['outcomes'] === null) return ruleless;
  if (!Array.isArray(outcomes)) return merged;
  return { ...merged, outcomes: [...(Array.isArray(own['outcomes']) ? own['outcomes'] : []), ...outcomes] };
}

/** Webhooks of objects that a file takes away are of no interest to it. */
function withoutStrayEvents(merged: Mapping, own: Mapping): Mapping {
  const { webhooks, objects } = merged;
  const named = isMapping(webhooks) ? webhooks['objects'] : undefined;
  if (!isMapping(webhooks) || !isMapping(objects) || !isMapping(named)) return merged;
  const taken = new Set(Object.entries(isMapping(own['objects']) ? own['objects'] : {}).flatMap(([name, object]) => (object === null ? [name] : [])));
  const kept = Object.fromEntries(Object.entries(named).filter(([, object]) => !taken.has(String(object))));
  return { ...merged, webhooks: { ...webhooks, objects: kept } };
}

/** Of the kinds of authentication that a connector offers, the one of the type, and of the grant, that was asked for; without a type, the first. */
function offerOf(offers: unknown, own: Mapping): unknown {
  const list: readonly unknown[] = Array.isArray(offers) ? offers : [offers];
  const type = own['type'];
  const isAsked = (offer: unknown): boolean => isMapping(offer) && offer['type'] === type && (own['grant'] === undefined || (offer['grant'] ?? 'client_credentials') === own['grant']);
  return (type === undefined ? list[0] : list.find(isAsked)) ?? {};
}

function mergeMappings(base: Mapping, own: Mapping): Mapping {
  // Another kind of paging, authentication or signature has other keys.
  if (['type', 'scheme'].some((key) => typeof own[key] === 'string' && base[key] !== undefined && base[key] !== own[key])) return own;
  const merged: Record<string, unknown> = {};
  // An operation has one method: a path given for it replaces the connector's, whatever its method.
  const otherVerb = verbs.some((verb) => typeof own[verb] === 'string');
  for (const [key, value] of Object.entries(base)) {
    if (!(otherVerb && verbs.includes(key) && typeof value === 'string')) merged[key] = value;
  }
  for (const [key, value] of Object.entries(own)) {
    const there = base[key];
    if (value === null && there !== undefined) delete merged[key];
    else merged[key] = isMapping(value) && isMapping(there) ? mergeMappings(there, value) : value;
  }
  return merged;
}
