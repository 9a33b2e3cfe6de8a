import { describe, expect, it } from 'vitest';
import type { SyncDefinition } from '../../../src/contracts/sync-definition.js';
import type { ObjectDefinition, SystemDefinition } from '../../../src/contracts/system-definition.js';
import { changed, checkTexts, crmText, mailingText, shown, syncText } from './checked-texts.js';

function system(text: string): SystemDefinition {
  const set = checkTexts({ 'x.yaml': text });
  const [definition] = set.systems.values();
  if (definition === undefined) throw new Error(shown(set).join('\n'));
  return definition;
}

function auth(text: string): SystemDefinition['auth'] {
  return system(changed(crmText, '{ type: bearer, token: secret://env/CRM_TOKEN }', text)).auth;
}

function object(text: string): ObjectDefinition {
  const found = system(changed(crmText, crmText.slice(crmText.indexOf('  contact:')), `  contact:\n${text}`)).objects['contact'];
  if (found === undefined) throw new Error('no contact');
  return found;
}

function sync(part: string, by: string): SyncDefinition {
  const set = checkTexts({ 'crm.yaml': crmText, 'mailing.yaml': mailingText, 'sync.yaml': changed(syncText, part, by) });
  const definition = set.syncs.get('contacts-to-mailing');
  if (definition === undefined) throw new Error(shown(set).join('\n'));
  return definition;
}

describe('a system', () => {
  it('has its defaults filled in', () => {
    expect(system('system: crm\nbaseUrl: https://crm.test\nauth: { type: none }\nobjects: { contact: { list: { get: /contacts } } }\n')).toEqual({
      system: 'crm',
      title: 'crm',
      connector: 'rest',
      baseUrl: 'https://crm.test',
      headers: {},
      auth: { type: 'none' },
      limits: { burst: 1, concurrency: 4, reserve: 0.2, timeoutMs: 30_000, settleMs: 5_000, maxResponseBytes: 33_554_432 },
      retry: { scheduleMs: [5_000, 10_000, 30_000] },
      outcomes: [],
      timeZone: 'UTC',
      objects: { contact: { list: { method: 'GET', path: '/contacts', params: {}, records: '', paginate: { type: 'none' } }, id: '/id' } },
    });
  });

  it('holds a signed time among the items of a signature against the tolerance, whether or not it says so', () => {
    const hook = '{ scheme: hmac-sha256, secret: secret://env/S, items: {}, signed: "{timestamp}.{body}", tolerance: 1m }';
    expect(system(changed(crmText, 'limits:', `webhooks: ${hook}\nlimits:`)).webhooks?.verify).toMatchObject({ timestamp: { format: 'unix', toleranceMs: 60_000 } });
  });

  it.each([
    ['20', 20],
    ['0.5', 1],
    ['2.5', 3],
    ['20, burst: 5', 5],
  ])('bursts up to a second of its rate: %s', (rate, burst) => expect(system(changed(crmText, '20 }', `${rate} }`)).limits.burst).toBe(burst));

  it('has every kind of authentication with its defaults', () => {
    expect(auth('{ type: api-key, name: X-Key, value: secret://env/K }')).toEqual({ type: 'api-key', in: 'header', name: 'X-Key', value: 'secret://env/K' });
    expect(auth('{ type: basic, username: u, password: "${P}" }')).toEqual({ type: 'basic', username: 'u', password: '${P}' });
    expect(auth('{ type: oauth2, tokenUrl: /t, clientId: c, clientSecret: secret://env/S }')).toEqual({
      type: 'oauth2', grant: 'client_credentials', tokenUrl: '/t', clientId: 'c', clientSecret: 'secret://env/S', clientAuthentication: 'basic',
    });
    expect(auth('{ type: login, post: /login, body: { email: a@b.test, password: secret://env/S }, token: /token }')).toEqual({
      type: 'login', post: '/login', body: { email: 'a@b.test', password: 'secret://env/S' }, token: '/token', header: 'Authorization', prefix: 'Bearer ',
    });
  });

  it('has outcome rules with lists of statuses and parsed conditions', () => {
    const outcomes = '[{ status: 409, outcome: exists }, { when: "/ok = false", outcome: park, message: No. }]';
    expect(system(changed(crmText, 'limits:', `outcomes: ${outcomes}\nlimits:`)).outcomes).toEqual([
      { status: [409], outcome: 'exists' },
      { when: { kind: 'compare', field: '/ok', operator: '=', value: false }, outcome: 'park', message: 'No.' },
    ]);
  });
});

describe('an object', () => {
  it.each([
    ['{ type: cursor, next: /next }', { type: 'cursor', next: '/next', param: 'cursor', limit: 100, limitParam: 'limit' }],
    ['{ type: page, total: /n }', { type: 'page', param: 'page', start: 1, limit: 100, limitParam: 'limit', total: '/n' }],
    ['{ type: offset, limit: 25, limitParam: count }', { type: 'offset', param: 'offset', limit: 25, limitParam: 'count' }],
    ['{ type: link, limitParam: per_page }', { type: 'link', limit: 100, limitParam: 'per_page' }],
    ['{ type: keyset, params: { after: "{id}", n: 1 } }', { type: 'keyset', params: { after: '{id}', n: '1' }, limit: 100, limitParam: 'limit' }],
  ])('has paging with its defaults: %s', (paginate, compiled) => {
    expect(object(`    list: { post: /search, params: { deep: true }, paginate: ${paginate} }\n`).list).toEqual({
      method: 'POST', path: '/search', params: { deep: 'true' }, records: '', paginate: compiled,
    });
  });

  it('has `since` with its defaults', () => {
    expect(object('    list: { get: /c }\n    since: { param: p, field: /u, format: unix, safetyLag: 0s }\n').since).toEqual({
      param: 'p', value: '{since}', format: 'unix', field: '/u', overlapMs: 300_000, safetyLagMs: 0,
    });
  });

  it('has states in both notations', () => {
    const condition = { kind: 'compare', field: '/active', operator: '=', value: false };
    const found = object('    list: { get: /c }\n    deleted: { when: /active = false }\n    inactive: /active = false\n');
    expect([found.deleted, found.inactive]).toEqual([condition, condition]);
  });

  it('has operations with method and path, and a batch with its own', () => {
    const found = object(`    list: { get: /c }
    get: { get: "/c/{id}" }
    find: { get: /c, by: { email: { q: "{value}" } } }
    create: { post: /c, idempotencyHeader: Idempotency-Key, existing: /id, batch: { post: /c/batch, max: 50, items: /items, result: { existing: /id } } }
    update: { put: "/c/{id}", envelope: /c, record: none }
    delete: { delete: "/c/{id}" }
`);
    expect(found).toMatchObject({
      get: { method: 'GET', path: '/c/{id}', record: '' },
      find: { method: 'GET', path: '/c', records: '', by: { email: { q: '{value}' } } },
    });
    expect(found.create).toEqual({
      method: 'POST', path: '/c', envelope: '', fields: {}, idempotencyHeader: 'Idempotency-Key', record: '', existing: '/id',
      batch: { method: 'POST', path: '/c/batch', max: 50, items: '/items', idField: 'id', results: '', result: { existing: '/id' } },
    });
    expect(found.update).toEqual({ method: 'PUT', path: '/c/{id}', envelope: '/c', fields: {} });
    expect(found.delete).toEqual({ method: 'DELETE', path: '/c/{id}', envelope: '', fields: {} });
  });
});

describe('a sync', () => {
  it('has its defaults filled in', () => {
    expect(sync('onDelete: archive\n', '')).toMatchObject({
      title: 'contacts-to-mailing',
      from: { system: 'crm', object: 'contact' },
      to: { system: 'mailing', object: 'member' },
      when: { realtime: false, everyMs: 900_000 },
      onDelete: 'ignore',
      onInactive: 'sync',
      limits: { deletes: 0.02, changes: 0.3, blanks: 0.5 },
      rollout: { mode: 'live' },
    });
  });

  it('has conversions and lookup tables in their order', () => {
    expect(sync('convert: join(" ")', `convert: ['join(" ")', { a: 1, b: [x], "*": null }, upper()]`).fields[1]?.convert).toEqual([
      { kind: 'call', name: 'join', args: [' '] },
      { kind: 'lookup', table: { a: 1, b: ['x'], '*': null } },
      { kind: 'call', name: 'upper', args: [] },
    ]);
  });

  it('has constants and defaults that are null', () => {
    const fields = sync('fields:', 'fields:\n  - { constant: null, to: a }\n  - { from: b, to: b, default: null }').fields;
    expect(fields[0]).toMatchObject({ from: [], constant: null });
    expect(fields[1]).toMatchObject({ default: null });
    expect(fields[1]).not.toHaveProperty('constant');
  });

  it('has the region and the currency as a value or a field', () => {
    const fields = sync('fields:', 'fields:\n  - { from: p, to: p, type: phone, region: from(country) }\n  - { from: m, to: m, type: money, currency: EUR }').fields;
    expect(fields[0]?.region).toEqual({ field: 'country' });
    expect(fields[1]?.currency).toEqual({ value: 'EUR' });
  });

  it.each([
    ['inherits', '{ from: a, to: a }', ['trim', 'lower-case']],
    ['inherits for lists', '{ from: a, to: a, type: list }', ['trim', 'lower-case']],
    ['keeps its own', '{ from: a, to: a, repair: collapse-spaces }', ['collapse-spaces']],
    ['has none of its own', '{ from: a, to: a, repair: [] }', []],
    ['does not inherit for dates', '{ from: a, to: a, type: date }', []],
    ['does not inherit for constants', '{ constant: A, to: a }', []],
    ['inherits truncate with a length', '{ from: a, to: a, maxLength: 5 }', ['trim', 'lower-case', 'truncate']],
  ])('has default repairs for text: a mapping %s', (_, mapping, repair) => {
    expect(sync('fields:', `defaults: { repair: [trim, lower-case, truncate] }\nfields:\n  - ${mapping}`).fields[0]?.repair).toEqual(repair);
  });

  it('has a parsed scope and cohort', () => {
    const definition = sync('match:', `scope: a = 1\nrollout: { cohort: "b = 'x'" }\nmatch:`);
    expect(definition.scope).toEqual({ kind: 'compare', field: 'a', operator: '=', value: 1 });
    expect(definition.rollout.cohort).toEqual({ kind: 'compare', field: 'b', operator: '=', value: 'x' });
  });
});

describe('a reconciliation', () => {
  const reconcile = (text: string): SyncDefinition['reconcile'] => sync('every: 15m }', `every: 15m }\nreconcile: ${text}`).reconcile;
  const berlin = { hour: 3, minute: 30, timeZone: 'Europe/Berlin' };

  it.each<[text: string, rule: SyncDefinition['reconcile']]>([
    ['off', { at: null, alertAbove: 0.005 }],
    ['"03:30 Europe/Berlin"', { at: berlin, alertAbove: 0.005 }],
    ['{ at: "03:30 Europe/Berlin", alertAbove: 2% }', { at: berlin, alertAbove: 0.02 }],
    ['{ alertAbove: 0.1% }', { at: { hour: 3, minute: 0, timeZone: 'UTC' }, alertAbove: 0.001 }],
    ['{ at: off, alertAbove: 1% }', { at: null, alertAbove: 0.01 }],
  ])('that says %s', (text, rule) => expect(reconcile(text)).toEqual(rule));

  it('that is not spoken of is left to the default, so that the definition stays the same', () => {
    expect(sync('every: 15m }', 'every: 15m }')).not.toHaveProperty('reconcile');
  });
});
