import { expect, it } from 'vitest';
import { lintDefinitions } from '../../../src/config/lint.js';
import { parseDefinitions } from '../../../src/config/parse-definitions.js';

const findings = (text: string): readonly string[] =>
  lintDefinitions(parseDefinitions('x.yaml', text).sources).map(({ line, type, message }) => `${line} ${type} ${message}`);

const connected = `system: crm
baseUrl: https://crm.example.com
auth: { type: none }
catalog:
  holds: [{ data: contact, object: contat, fields: [email] }]
objects: { contact: { list: { get: /contacts, paginate: { type: none } } } }
`;

it('a listed system needs neither URL nor credentials, and takes no objects', () => {
  expect(findings('system: shop\nlisted: true\n')).toEqual([]);
  expect(findings('system: shop\nlisted: true\nbaseUrl: https://shop.example.com\n')).toEqual([expect.stringMatching(/^3 unknown-key/)]);
  expect(findings('system: shop\nlisted: true\ncatalog: { holds: [{ data: order, object: order, fields: [number] }] }\n')).toEqual([expect.stringContaining("leave 'object' out")]);
});

it('data that is said to be in an object which is not there is found, with what was meant', () => {
  expect(findings(connected)).toEqual([expect.stringMatching(/^5 unknown-object .*'contat'.*'contact'/)]);
});

it('a sync with a system that is only listed is told to connect it first', () => {
  const sync = 'sync: s\nfrom: crm.contact\nto: shop.customer\nmatch: [email]\nfields: [{ from: email, to: email }]\n';
  const all = findings(`${connected.replace('contat', 'contact')}---\nsystem: shop\nlisted: true\n---\n${sync}`);
  expect(all).toEqual([expect.stringContaining("'shop' is only listed in the catalogue; connect it first")]);
});
