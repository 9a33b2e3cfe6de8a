import { describe, expect, it } from 'vitest';
import { changed, checkTexts, crmText, shown } from './checked-texts.js';

describe('a system without mistakes', () => {
  it('has no findings', () => expect(shown(checkTexts({ 'crm.yaml': crmText }))).toEqual([]));
});

describe('a system with one mistake has one finding, which says where and what', () => {
  it.each<[what: string, part: string, by: string, finding: string]>([
    ['misspelt key', 'requestsPerSecond', 'requestPerSecond', "4:11 error unknown-key unknown key 'requestPerSecond'; did you mean 'requestsPerSecond'?"],
    ['foreign key', 'limits: { requestsPerSecond: 20 }', 'limits: { banana: 1 }', "4:11 error unknown-key unknown key 'banana'; known are requestsPerSecond, burst, concurrency, reserve, timeout, settle, headers, maxResponse"],
    ['missing key', 'baseUrl: https://crm.example.com\n', '', "1:1 error missing-key missing key 'baseUrl': expected a URL such as https://crm.example.com/api"],
    ['empty key', 'https://crm.example.com', '', '2:10 error wrong-type expected a URL such as https://crm.example.com/api, found nothing'],
    ['text for a number', '20 }', 'many }', "4:30 error wrong-type expected a number, found 'many'"],
    ['quoted number', '20 }', '"20" }', "4:30 error wrong-type expected a number, found '20'; remove the quotes"],
    ['number for text', 'baseUrl:', 'title: 2026\nbaseUrl:', '2:8 error wrong-type expected a title, found 2026; put it in quotes'],
    ['number out of range', '20 }', '0 }', '4:30 error invalid-value expected a number, more than 0, found 0'],
    ['bad duration', '20 }', '20, timeout: soon }', "4:43 error invalid-duration expected a duration such as 30s (a whole number and ms, s, m, h or d), found 'soon'"],
    ['too long duration', '20 }', '20, timeout: 2h }', "4:43 error invalid-duration expected a duration from 100ms to 10m, found '2h'"],
    ['bad percentage', '20 }', '20, reserve: 0.2 }', '4:43 error wrong-type expected a percentage such as 20%, found 0.2'],
    ['too large percentage', '20 }', '20, reserve: 95% }', "4:43 error invalid-percentage expected at most 90%, found '95%'"],
    ['bad size', '20 }', '20, maxResponse: 1TB }', "4:47 error invalid-value expected a size such as 32MB (KB or MB, at most 256MB), found '1TB'"],
    ['bad time zone', 'limits:', 'timeZone: Europe/Belrin\nlimits:', "4:11 error invalid-value unknown time zone 'Europe/Belrin'; did you mean 'Europe/Berlin'?"],
    ['bad name', 'system: crm', 'system: Acme CRM', "1:9 error invalid-name expected a name such as crm (lower-case letters, digits and hyphens, a letter first, at most 63 characters), found 'Acme CRM'"],
    ['unknown kind of authentication', 'type: bearer', 'type: beaer', "3:15 error invalid-value expected one of none, api-key, basic, bearer, oauth2, login, found 'beaer'; did you mean 'bearer'?"],
    ['pointer without slash', 'records: /data', 'records: data.items', "9:16 error invalid-pointer 'data.items' is no JSON Pointer; write '/data/items'"],
    ['pointer with a bare tilde', 'next: /next', 'next: /ne~xt', '10:39 error invalid-pointer In the field path /ne~xt, write ~0 for a tilde and ~1 for a slash within a name'],
    ['unknown paging', 'type: cursor', 'type: curser', "10:25 error invalid-value expected one of none, cursor, page, offset, link, keyset, found 'curser'; did you mean 'cursor'?"],
    ['condition with ==', "= 'deleted'", "== 'deleted'", '13:23 error invalid-condition condition, character 9: Write a single = to compare'],
    ['condition as mapping', `"/status = 'deleted'"`, `{ when: "/status = " }`, '13:33 error invalid-condition condition, character 11: A value is missing here: a text in quotes, a number, true, false or null'],
    ['path without id', '"/contacts/{id}"', '/contacts', "15:22 error invalid-placeholder the path of 'update' needs {id}, where the external id goes, as in '/contacts/{id}'"],
    ['id in the path of a create', 'post: /contacts', 'post: "/contacts/{id}"', "14:32 error invalid-placeholder unknown placeholder '{id}'; none can be used here"],
    ['misspelt placeholder', '{id}"', '{id}/{ids}"', "15:38 error invalid-placeholder unknown placeholder '{ids}'; did you mean 'id'?"],
    ['path without slash', 'post: /contacts', 'post: contacts', "14:21 error invalid-path expected a path that begins with a slash, such as /contacts, found 'contacts'"],
    ['path to another host', 'post: /contacts', 'post: //evil.example/contacts', "14:21 error invalid-path the path '//evil.example/contacts' begins with two slashes, which would name another host"],
    ['path that climbs', 'post: /contacts', 'post: /contacts/%2e%2E/admin', "14:30 error invalid-path the path '/contacts/%2e%2E/admin' holds '.' or '..' as a folder, which would lead outside the base URL"],
    ['path with @', 'post: /contacts', 'post: /@evil', "14:22 error invalid-path a path cannot hold '@'"],
    ['path with a fragment', 'post: /contacts', 'post: "/a#b"', "14:24 error invalid-path a path cannot hold '#'"],
    ['path with a secret', 'post: /contacts', 'post: /secret://env/X', '14:22 error invalid-path a path holds a secret; secrets belong into auth or headers, since paths are logged'],
    ['operation without method', 'create: { post: /contacts }', 'create: {}', "14:5 error operation-method 'create' needs a method and a path, such as 'post: /contacts' (methods here: post, put, patch, delete)"],
    ['two methods', 'get: /contacts', 'get: /contacts\n      post: /search', "9:7 error operation-method 'list' has 2 methods (get, post); keep one"],
    ['line break in a header', 'limits:', 'headers: { X-Team: "a\\r\\nX-Admin: 1" }\nlimits:', '4:20 error invalid-header a header value holds a line break; it must be one line'],
    ['bad header name', 'limits:', 'headers: { "X Team": a }\nlimits:', "4:12 error invalid-header expected a header name such as X-Api-Version, found 'X Team'"],
    ['parameter set twice', 'records: /data', 'params: { cursor: x }\n      records: /data', "9:17 error conflicting-parameter the parameter 'cursor' is also set by 'paginate'; remove it here"],
    ['parameter of since set twice', 'param: updated_since', 'param: limit', "11:21 error conflicting-parameter the parameter 'limit' is also set by 'paginate'"],
    ['since without a place for the time', 'field: /updated_at }', 'field: /updated_at, value: "updated>" }', "11:63 error invalid-placeholder the value needs {since}, where the time goes, as in 'updated>{since}'"],
    ['outcome for everything', 'limits:', 'outcomes: [{ outcome: park }]\nlimits:', "4:12 error missing-key an outcome rule needs 'status', 'bodyContains' or 'when'; this one would fit every answer"],
    ['unencrypted', 'https://crm', 'http://crm', '2:10 warning insecure-url baseUrl is not encrypted (http); credentials and records can be read on the way to crm.example.com; use https'],
    ['other protocol', 'https://crm', 'ftp://crm', "2:10 error invalid-url baseUrl begins with 'ftp:'; only https: and http: are possible"],
    ['no URL', 'https://crm.example.com', 'crm.example.com', '2:10 error invalid-url baseUrl is no URL; write one such as https://crm.example.com/api'],
    ['query in the base URL', 'https://crm.example.com', 'https://crm.example.com?v=1', "2:10 error invalid-url baseUrl holds '?'; put query parameters into params"],
    ['unknown reference', 'secret://env/CRM_TOKEN', 'secret://vault/CRM', "3:30 error invalid-reference 'secret://vault/CRM' is no reference; write ${NAME}, secret://env/NAME or secret://file/PATH"],
  ])('%s', (_, part, by, finding) => {
    expect(shown(checkTexts({ 'crm.yaml': changed(crmText, part, by) }))).toEqual([finding]);
  });

  it('a version header of an object without version', () => {
    const text = changed(changed(crmText, '    version: /updated_at\n', ''), '{id}"', '{id}", versionHeader: If-Match');
    expect(shown(checkTexts({ 'crm.yaml': text }))).toEqual([
      "14:40 error missing-key 'versionHeader' sends the version of a record, but 'contact' has no 'version'; add the JSON Pointer of it",
    ]);
  });

  it.each([
    ['without any placeholder', '{ after: x }', 'invalid-placeholder keyset paging needs {version} or {id}'],
    ['with an unknown one', '{ after: "{id}-{foo}" }', "invalid-placeholder unknown placeholder '{foo}'; known are version, id"],
  ])('keyset paging %s', (_, params, finding) => {
    const text = changed(crmText, '{ type: cursor, next: /next }', `{ type: keyset, params: ${params} }`);
    const findings = shown(checkTexts({ 'crm.yaml': text }));
    expect(findings).toHaveLength(1);
    expect(findings[0]).toContain(finding);
  });

  it('a look-up that would find everything', () => {
    const text = changed(crmText, '    create:', '    find: { get: /contacts, by: { email: { email: x } } }\n    create:');
    expect(shown(checkTexts({ 'crm.yaml': text }))).toEqual([
      '14:35 error invalid-placeholder looking up by \'email\' needs {value} in a parameter, as in { email: "{value}" }; without it every record is found',
    ]);
  });
});

describe('this machine needs no encryption', () => {
  it.each(['http://localhost:3000', 'http://127.0.0.1/crm', 'http://[::1]:8080', 'http://crm.localhost'])('%s', (url) => {
    expect(shown(checkTexts({ 'crm.yaml': changed(crmText, 'https://crm.example.com', url) }))).toEqual([]);
  });
  it.each(['http://localhost.example.com', 'http://128.0.0.1', 'http://[2606::2]'])('%s is another machine', (url) => {
    expect(shown(checkTexts({ 'crm.yaml': changed(crmText, 'https://crm.example.com', url) }))[0]).toContain('insecure-url');
  });
});

describe('many mistakes', () => {
  it('are all found in one go', () => {
    const text = `system: CRM
baseUrl: ftp://x
auth: { type: bearer }
limts: {}
objects:
  contact:
    list: { get: contacts, paginate: { type: curser } }
    update: { patch: /contacts }
`;
    expect(shown(checkTexts({ 'crm.yaml': text })).map((line) => line.split(' ').slice(0, 3).join(' '))).toEqual([
      '1:9 error invalid-name', '2:10 error invalid-url', '3:1 error missing-key', '4:1 error unknown-key',
      '7:18 error invalid-path', '7:46 error invalid-value', '8:22 error invalid-placeholder',
    ]);
  });
});
