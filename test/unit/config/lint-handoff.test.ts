import { describe, expect, it } from 'vitest';
import { lintDefinitions } from '../../../src/config/lint.js';
import { parseDefinitions } from '../../../src/config/parse-definitions.js';

const systems = `
system: crm
baseUrl: https://crm.example.com
auth: { type: none }
objects:
  deal: { list: { get: /deals }, get: { get: "/deals/{id}" } }
  log: { list: { get: /logs } }
---
system: books
baseUrl: https://books.example.com
auth: { type: none }
objects:
  invoice: { list: { get: /i }, get: { get: "/i/{id}" }, find: { get: /i, by: { reference: { r: "{value}" } } }, create: { post: /i }, delete: { delete: "/i/{id}" } }
---
`;

function found(steps: string, head = 'handoff: h\non: crm.deal'): readonly string[] {
  const { sources, findings } = parseDefinitions('d.yaml', `${systems}${head}\nsteps:\n${steps.split('\n').map((line) => `  ${line}`).join('\n')}`);
  return [...findings, ...lintDefinitions(sources)].filter(({ message }) => !/title|owner/.test(message)).map(({ level, type, message }) => `${level} ${type} ${message}`);
}

describe('the check of a handoff', () => {
  it('finds nothing in a sound one', () => {
    expect(found(`- { step: invoice, create: books.invoice, by: reference, undo: delete, fields: [{ to: reference, from: /step/key }] }
- { step: pause, wait: 3d, events: [replied], hours: "09:00-17:00" }
- { step: way, branch: [{ when: "/invoice/id is not empty", steps: [{ step: over, end: Over }] }] }`)).toEqual([]);
  });

  it.each([
    ['a step that does nothing', '- { step: a }', 'error missing-key a step needs one of'],
    ['a step that does two things', '- { step: a, wait: 1d, end: Over }', "error invalid-value a step does one thing: 'wait' and 'end' are two"],
    ['a name that is taken', '- { step: a, end: Over }\n- { step: a, end: Over }', "error duplicate-name 'a' is a name within this handoff already"],
    ['a name of the values', '- { step: trigger, end: Over }', "error duplicate-name 'trigger' is a name"],
    ['an unknown system', '- { step: a, read: bokks.invoice, id: /trigger/id }', "error unknown-system unknown system 'bokks'; did you mean 'books'?"],
    ['an operation that is not there', '- { step: a, update: books.invoice, id: /trigger/id, fields: [{ to: x, constant: 1 }] }', "error missing-operation books.invoice has no 'update' operation"],
    ['a write without an id', '- { step: a, read: books.invoice }', "error missing-key 'read' needs 'id'"],
    ['a create that cannot be looked up', '- { step: a, create: books.invoice, fields: [{ to: x, constant: 1 }] }', 'warning no-probe when the answer to this create is lost, a person has to say'],
    ['a look-up that is not there', '- { step: a, ensure: books.invoice, by: name, fields: [{ to: name, constant: x }] }', "error missing-operation books.invoice cannot be looked up by 'name'"],
    ['an undoing that cannot be', '- { step: a, create: books.invoice, by: reference, undo: archive, fields: [{ to: reference, constant: x }] }', "error missing-operation books.invoice has no 'archive' operation"],
    ['a wait for an event without an end', '- { step: a, events: [x] }', "error missing-key a wait for events needs 'wait' or 'until'"],
    ['steps nested too deep', '- { step: a, parallel: [[{ step: b, parallel: [[{ step: c, parallel: [[{ step: d, parallel: [] }], [{ step: e, end: x }]] }], [{ step: f, end: x }]] }], [{ step: g, end: x }]] }', "error unknown-key unknown key 'parallel'"],
  ])('finds %s', (_what, steps, finding) => {
    expect(found(steps).filter((text) => text.startsWith(finding)), found(steps).join('\n')).not.toEqual([]);
  });

  it('finds a name that is a workflow of its own, and a record that cannot be read', () => {
    expect(found('- { step: a, end: Over }', 'handoff: sync\non: crm.deal')).toEqual(["error invalid-name a handoff cannot be called 'sync': workflows of that type are Crosswalk's own"]);
    expect(found('- { step: a, end: Over }', 'handoff: h\non: crm.log')).toEqual(["error missing-operation crm.log needs a 'get' operation: a handoff reads its record anew"]);
  });
});
