import { describe, expect, it } from 'vitest';
import type { Condition } from '../../../src/contracts/condition.js';
import { parseCondition } from '../../../src/domain/condition-parser.js';
import { conditionWords } from '../../../src/explain/condition-words.js';
import { explainHandoff } from '../../../src/explain/explain-handoff.js';
import { explanationMarkdown } from '../../../src/explain/render-explanation.js';
import { figure, series, share, span } from '../../../src/explain/words.js';
import { handoffOf } from '../rehearsal/under-test.js';

function conditionOf(text: string): Condition {
  const parsed = parseCondition(text);
  if (!parsed.ok) throw new Error(parsed.message);
  return parsed.condition;
}

describe('conditions', () => {
  it.each([
    ["stage = 'won'", 'stage is "won"'], ["stage != 'won'", 'stage is not "won"'], ['amount < 5', 'amount is less than 5'], ['amount <= 50000', 'amount is at most 50,000'],
    ['amount > 1234567.5', 'amount is more than 1,234,567.5'], ['amount >= 5', 'amount is at least 5'], ["name = ''", 'name is empty'],
    ['paid = true', 'paid is true'], ["team in ('a', 'b')", 'team is one of "a" or "b"'], ["team not in ('a')", 'team is none of "a"'], ['e_mail is empty', 'e mail is empty'], ['e_mail is not empty', 'e mail is not empty'],
    ['a = 1 and b = 2', 'a is 1 and b is 2'], ['a = 1 or b = 2', 'a is 1 or b is 2'], ['(a = 1 or b = 2) and c = 3', '(a is 1 or b is 2) and c is 3'],
    ['a is not empty and a != 1', 'a is not empty and is not 1'], ['not (a <= 10)', 'a is not at most 10'], ['not (a = 1)', 'a is not 1'], ['not (a != 1)', 'a is 1'],
    ["not (a in ('x'))", 'a is none of "x"'], ['not (a is empty)', 'a is not empty'], ['not (a = 1 and b = 2)', 'it does not hold that (a is 1 and b is 2)'], ['not (not (a = 1))', 'a is 1'],
  ])('%s reads "%s"', (text, words) => {
    expect(conditionWords(conditionOf(text))).toBe(words);
  });
});

describe('words', () => {
  it.each([[86_400_000, '1 day'], [2 * 86_400_000 + 3_600_000, '2 days 1 hour'], [90_000, '1 minute 30 seconds'], [250, '250 milliseconds'], [0, 'no time']])('%i ms are %s', (ms, words) => {
    expect(span(ms)).toBe(words);
  });

  it('write figures, shares and series as people do', () => {
    expect([figure(1_000_000), figure(-12.5), share(0.005), series(['a', 'b', 'c']), series(['a', 'b'], 'or'), series([])]).toEqual(['1,000,000', '-12.5', '0.5 %', 'a, b and c', 'a or b', '']);
  });
});

const every = handoffOf(`
handoff: every
title: Every kind of step
owner: sales
on: crm.account
when: "tier = 'partner'"
once: [tier]
timeZone: Europe/Berlin
onFailure: compensate
steps:
  - { step: reads, title: Read it, read: crm.contact, id: /trigger/contact_id, retry: [10s, 1m], timeout: 10m }
  - step: makes
    title: Make it
    create: projects.project
    by: reference
    undo: archive
    fields: [{ to: name, text: "For {/trigger/name}" }, { to: reference, from: /step/key }, { to: budget, from: /trigger/amount, type: decimal, default: 1, required: true }]
  - { step: ensures, title: Find or make it, ensure: books.customer, by: reference, undo: archive, onFailure: continue, fields: [{ to: reference, from: /trigger/id }, { to: status, from: /reads/lifecycle, convert: { won: ACTIVE } }] }
  - { step: changes, title: Change it, update: crm.account, id: /trigger/id, undo: restore, fields: [{ to: lifecycle, constant: won }] }
  - { step: archives, title: Put it away, archive: crm.contact, id: /reads/id, onFailure: park }
  - { step: invoices, title: Draft it, create: books.invoice, by: reference, fields: [{ to: reference, from: /step/key }, { to: lines, items: [[{ to: description, from: /trigger/name }]] }] }
  - { step: waits, title: Wait a while, wait: 36h, events: [replied, left] }
  - { step: hours, title: Wait for hours, hours: "09:00-17:30" }
  - { step: until, title: Wait for the date, until: /trigger/starts_on, hours: "09:00-17:30" }
  - step: asks
    title: Ask
    when: /trigger/amount >= 50000
    approval: { text: "May {/trigger/name}?", approvers: [ana], quorum: 2, requestedBy: /trigger/asked_by, remind: [4h], escalate: { after: 2d, to: [eve] }, expire: 7d, department: finance, show: [{ to: name, from: /trigger/name }] }
  - { step: goes, title: Decide, branch: [{ when: "/asks/state = 'approved'", steps: [{ step: tells, title: Tell, notify: { text: "{/makes/id} is open", body: More, severity: warning, department: sales } }] }] }
  - { step: both, title: At once, parallel: [[{ step: says, title: Say, notify: { text: Said, channels: [ops] } }], [{ step: cries, title: Cry, notify: { text: Cried } }]] }
  - { step: lines, title: Each line, forEach: /trigger/lines, as: line, steps: [{ step: line-end, title: End with it, when: /line/last = true, end: "{/line/id}" }] }
`);

describe('a handoff', () => {
  it('is said with every kind of step, every rule and every condition', async () => {
    await expect(`${explanationMarkdown(explainHandoff(every))}\n`).toMatchFileSnapshot('golden/every-kind-of-step.md');
  });

  it('says nothing that its definition does not', () => {
    const text = explanationMarkdown(explainHandoff(handoffOf('handoff: plain\non: crm.account\nsteps: [{ step: over, end: Over }]')));
    expect(text).toContain('It begins when an account in crm is new or changes.');
    for (const word of ['department', 'tried again after', 'may take', 'undone, the', 'Only if', 'undefined', 'null']) expect(text).not.toContain(word);
  });

  it('cannot smuggle Markdown or HTML into a page', () => {
    const text = explanationMarkdown(explainHandoff(handoffOf('handoff: plain\ntitle: "<script>alert(1)</script> [x](http://evil) `a`"\non: crm.account\nsteps: [{ step: over, end: "**Over** | <b>" }]')));
    expect(text).toContain('# \\<script\\>alert(1)\\</script\\> \\[x\\](http://evil) \\`a\\`');
    expect(text).not.toMatch(/[^\\]<b>/);
  });
});
