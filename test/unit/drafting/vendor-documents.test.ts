import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { lintDefinitions } from '../../../src/config/lint.js';
import { parseDefinitions } from '../../../src/config/parse-definitions.js';
import { compileSystem } from '../../../src/config/compile-system.js';
import { systemSchema } from '../../../src/config/schema/system-schema.js';
import { draftYaml } from '../../../src/domain/draft/draft-yaml.js';
import { draftOfOpenApi } from '../../../src/drafting/draft-of-openapi.js';
import { isOpenApi, parseDocument, resolveOpenApi } from '../../../src/drafting/read-openapi.js';
import { restSystem } from '../../support/rest-system.js';

const folder = resolve(import.meta.dirname, '../../../../shared/specs');
const found = existsSync(folder);
if (!found) console.log('skipped: the documents of vendors are not found in ../shared/specs');

/** What a person would look for in each; the drafts may hold more. */
const expected = {
  'asana.yaml': { auth: 'bearer', paging: 'cursor', objects: { project: 'get,create,update,delete', task: 'get,create,update,delete', user: 'get' } },
  'hubspot.json': { auth: 'bearer', paging: 'cursor', objects: { contact: 'get,create,update,delete', company: 'get,create,update,delete' } },
  'intercom.yaml': { auth: 'bearer', paging: undefined, objects: { contact: 'get,create,update,delete', conversation: 'get,create,update,delete' } },
  'mailchimp.yaml': { auth: 'basic', paging: 'offset', objects: { list: 'get,create,update,delete', member: 'get,create,update,delete' } },
  'pipedrive.yaml': { auth: 'api-key', paging: 'cursor', objects: { deal: 'get,create,update,delete', person: 'get,create,update,delete', organization: 'get,create,update,delete' } },
  'sendgrid.json': { auth: 'bearer', paging: undefined, objects: { contact: 'get', list: 'get,create,update,delete' } },
  'slack.json': { auth: 'bearer', paging: 'cursor', objects: { user: '', conversation: '' } },
  'xero.yaml': { auth: 'bearer', paging: 'page', objects: { contact: 'get', invoice: 'get', payment: 'get', account: '' } },
  'zendesk.json': { auth: 'basic', paging: undefined, objects: { ticket: 'get,create,update,delete', organization: 'get,create,update,delete' } },
} as const;

describe.skipIf(!found)('drafts of the documents of vendors', () => {
  it.each(Object.entries(expected))('%s gives a draft that passes check, with its main objects', async (file, { auth, paging, objects }) => {
    const document = parseDocument(readFileSync(resolve(folder, file), 'utf8'));
    if (!isOpenApi(document)) throw new Error('no OpenAPI document');
    const draft = draftOfOpenApi({ document: await resolveOpenApi(document), system: undefined, from: undefined, file });
    const { sources, findings } = parseDefinitions(file, draftYaml(draft, file));
    // Without an environment: the variables that a person sets are named in comments.
    expect([...findings, ...lintDefinitions(sources)]).toEqual([]);
    const system = restSystem(compileSystem(systemSchema.parse(sources[0]?.value)));
    expect(system.system).toBe(file.replace(/\..*/, ''));
    expect(system.auth.type).toBe(auth);
    const [first = ''] = Object.keys(objects);
    if (paging !== undefined) expect(system.objects[first]?.list.paginate.type).toBe(paging);
    const operations = Object.fromEntries(Object.keys(objects).map((name) => [name, (['get', 'create', 'update', 'delete'] as const).filter((operation) => system.objects[name]?.[operation] !== undefined).join(',')]));
    for (const [name, wanted] of Object.entries(objects)) expect({ [name]: operations[name] }).toEqual({ [name]: expect.stringContaining(wanted) });
    for (const name of Object.keys(objects)) expect(system.objects[name]).toBeDefined();
    expect(Object.keys(system.objects).length).toBeLessThanOrEqual(20);
  });
});
