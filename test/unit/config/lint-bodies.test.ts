import { describe, expect, it } from 'vitest';
import { changed, checkTexts, crmText, shown } from './checked-texts.js';

const found = (part: string, by: string): readonly string[] => shown(checkTexts({ 'crm.yaml': changed(crmText, part, by) }));

describe('bodies and batches that could not work', () => {
  it.each([
    ['get: /contacts\n', 'post: /contacts\n      body: { a: 1 }\n', "9:7 error missing-key a body is only sent with 'in: body'; add it, or put what stands here into params"],
    ['{ param: updated_since, field: /updated_at }', '{ field: /updated_at }', "11:5 error missing-key 'since' needs 'param' or 'header': where the time is sent"],
    ['param: updated_since', 'param: since, list: { post: /search, params: { since: x } }', "conflicting-parameter the parameter 'since' is also set by 'since'; remove it here"],
    ['param: updated_since', 'param: since, list: { records: /data }', "operation-method 'list' needs a method and a path"],
    ['{ post: /contacts }', '{ post: /contacts, batch: { post: /batch, max: 10, trace: true } }', "missing-key 'trace' needs 'key'"],
    ['{ post: /contacts }', '{ post: "/contacts/{md6(email)}" }', "invalid-placeholder unknown placeholder '{md6(email)}'"],
    ['{ patch: "/contacts/{id}" }', '{ patch: "/contacts/{md5(lower(email))}" }', "invalid-placeholder the path of 'update' needs {id}"],
    ['bearer, token: secret://env/CRM_TOKEN }', 'bearer, token: secret://env/CRM_TOKEN }\nencoding: xml', "invalid-value expected one of json, form, form-json, found 'xml'"],
  ])('%s → %s', (part, by, finding) => {
    expect(found(part, by).join('\n')).toContain(finding);
  });

  it('a path that names its record by a field is fine in a create', () => {
    expect(found('{ post: /contacts }', '{ put: "/contacts/{md5(lower(email))}", upsert: true }')).toEqual([]);
  });
});
