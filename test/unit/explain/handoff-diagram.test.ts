import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { handoffDiagram } from '../../../src/explain/handoff-diagram.js';
import { anyHandoff } from '../rehearsal/any-handoff.js';
import { handoffOf } from '../rehearsal/under-test.js';

const diagram = (steps: string): readonly string[] => handoffDiagram(handoffOf(`handoff: drawn\non: crm.account\nsteps:\n${steps}`)).split('\n').map((line) => line.trim());

describe('handoffDiagram', () => {
  it('draws a condition as a question with two ways', () => {
    expect(diagram('  - { step: a, title: Tell, when: /trigger/amount > 5, notify: { text: x } }')).toEqual([
      'flowchart TD', 'n1(["account"])', 'n2{"amount of the account is more than 5?"}', 'n1 --> n2', 'n3>"Tell"]', 'n2 -- "yes" --> n3', 'n4(["done"])', 'n3 --> n4', 'n2 -- "no" --> n4',
    ]);
  });

  it('leads on from a branch that has no way for the rest, and from no way that has ended', () => {
    const lines = diagram(`  - { step: a, title: Ask, branch: [{ when: "/trigger/tier = 'x'", steps: [{ step: b, end: Over }] }] }`);
    expect(lines).toContain('n2 -- "tier of the account is #34;x#34;" --> n3');
    expect(lines).toContain('n2 -- "otherwise" --> n4');
    expect(lines.filter((line) => line.startsWith('n3 '))).toEqual([]);
  });

  it('draws a list as a loop, and ways that are gone at the same time as a fork that meets again', () => {
    const lines = diagram('  - { step: a, forEach: /trigger/lines, as: line, steps: [{ step: b, title: Wait, wait: 1d }] }\n  - { step: c, parallel: [[{ step: d, title: D, wait: 1d }], [{ step: e, title: E, wait: 2d }]] }');
    expect(lines).toEqual(expect.arrayContaining(['n2 -- "next" --> n3', 'n3 --> n2', 'n2 -- "no more" --> n4', 'n4 --> n5', 'n4 --> n6', 'n5 --> n7', 'n6 --> n7']));
  });

  it('shows the way that a test has taken', () => {
    const handoff = handoffOf('handoff: drawn\non: crm.account\nsteps: [{ step: a, title: A, wait: 1d }, { step: b, title: B, wait: 1d }]');
    const text = handoffDiagram(handoff, new Map([['a', 'done']]));
    expect(text).toContain('n2(["A (1 day)"]):::done');
    expect(text).toContain('n3(["B (1 day)"]):::untouched');
    expect(text).toContain('classDef done ');
  });

  it('keeps what could be taken for syntax out of its labels', () => {
    const text = handoffDiagram(handoffOf(`handoff: drawn\non: crm.account\nsteps: [{ step: a, title: 'x"] --> evil["<b>;end{|#', wait: 1d }]`));
    expect(text).toContain('n2(["x#34;] --#62; evil[#34;#60;b#62;#59;end#123;#124;#35; (1 day)"])');
  });

  it('of any handoff joins only nodes that are there, and leads from the start to each of them', () => {
    fc.assert(fc.property(anyHandoff, (handoff) => {
      const lines = handoffDiagram(handoff).split('\n').slice(1).map((line) => line.trim());
      const nodes = lines.flatMap((line) => /^(n\d+)[^ ]*[([{>]/.exec(line)?.[1] ?? []);
      const arrows = lines.flatMap((line) => { const [, from, to] = /^(n\d+) -.*-> (n\d+)$/.exec(line) ?? []; return from === undefined || to === undefined ? [] : [[from, to] as const]; });
      const reached = new Set(['n1']);
      for (let before = 0; before !== reached.size;) {
        before = reached.size;
        for (const [from, to] of arrows) if (reached.has(from)) reached.add(to);
      }
      expect([...reached].toSorted()).toEqual(nodes.toSorted());
      expect(lines).toHaveLength(nodes.length + arrows.length);
    }));
  });
});
