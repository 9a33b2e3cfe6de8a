import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { monthReport } from '../../../src/domain/quality/month-report.js';
import { escapeHtml, escapeMarkdown } from '../../../src/reports/escaped.js';
import { qualityHtml } from '../../../src/reports/quality-html.js';
import { qualityMarkdown } from '../../../src/reports/quality-markdown.js';
import { dayOf } from '../domain/quality/figures.js';

const repairs = { planned: 4, written: 3, refused: 1 };
const november = monthReport('2026-11', [
  dayOf('2026-11-01', { missing: 1 }), dayOf('2026-11-02', { missing: 2 }), dayOf('2026-11-05', { differs: 1, compared: 90 }),
  dayOf('2026-11-05', { quality: 'crm-accounts', title: 'Accounts', owner: 'finance', object: 'account', targets: {}, rules: {}, repairable: 1 }),
], (quality) => (quality === 'crm-contacts' ? repairs : null));

describe('qualityMarkdown', () => {
  test('says by department what was measured, and how it went day by day', () => {
    expect(qualityMarkdown(november)).toBe([
      '# Data quality, 2026-11',
      '## finance',
      '### Accounts',
      'crm.account, 100 records on 2026-11-05. Every target was met on the one day that was measured.',
      ['| metric | records | share | target |  | day by day |', '| --- | --- | --- | --- | --- | --- |', '| duplicates | 1 | 1% | – | no target | ····█ |', '| missing required fields | 3 | 3% | – | no target | ····█ |',
        '| invalid values | 7 | 7% | – | no target | ····█ |', '| fields that differ | – | – | – | not measured |  |'].join('\n'),
      'Every rule holds for every record.',
      'The declared repairs would mend 1 record now. None were planned in this month.',
      '## sales',
      '### Contacts of the CRM',
      'crm.contact, 100 records on 2026-11-05. At least one target was missed on 1 of 3 days that were measured.',
      ['| metric | records | share | target |  | day by day |', '| --- | --- | --- | --- | --- | --- |', '| duplicates | 1 | 1% | 1% | met | ██··█ |', '| missing required fields | 3 | 3% | 2% | missed | ▃▆··█ |',
        '| invalid values | 7 | 7% | – | no target | ██··█ |', '| fields that differ | 1 | 1.11% | – | no target | ····█ |'].join('\n'),
      ['| rule | values that break it | since the first day |', '| --- | --- | --- |', '| email.format | 7 | 0 |', '| email.required | 3 | 0 |'].join('\n'),
      'The declared repairs would mend 5 records now. In this month 4 were planned and 3 written, 1 refused by the system.\n',
    ].join('\n\n'));
  });

  test('of a month without figures says so', () => {
    expect(qualityMarkdown(monthReport('2026-01', [], () => null))).toBe('# Data quality, 2026-01\n\nNothing was measured in this month.\n');
  });
});

describe('qualityHtml', () => {
  const html = qualityHtml(november);

  test('has a plot for every metric that was measured, with its target, gaps and misses', () => {
    expect(html.match(/<svg /g)).toHaveLength(3 + 4);
    expect(html).toContain('aria-label="missing required fields: 1% on 2026-11-01, 3% on 2026-11-05, target 2%"');
    const missing = /<svg[^>]*missing required fields: 1%.*?<\/svg>/.exec(html)?.[0] ?? '';
    expect(missing.match(/class="point"/g)).toHaveLength(2);
    expect(missing.match(/class="missed"/g)).toHaveLength(1);
    expect(missing.match(/class="target"/g)).toHaveLength(1);
    // The line runs over the first two days and not over the three days that were not measured.
    expect(/class="series" d="([^"]*)"/.exec(missing)?.[1]?.match(/M/g)).toHaveLength(2);
  });

  test('loads nothing and runs nothing, in light and in dark', () => {
    expect(html).not.toMatch(/<(?:script|link|img|iframe|object|embed|a)\b|\son\w+=|url\(|https?:|@import/i);
    expect(html).toContain("default-src 'none'");
    expect(html).toContain('prefers-color-scheme: dark');
  });

  test('is well-formed: every element is closed in its order, whatever names people give', () => {
    const name = fc.oneof(fc.string({ maxLength: 20 }), fc.constantFrom('</style><script>alert(1)</script>', '"><img src=x onerror=alert(1)>', "' onload='x", '<!--', ']]>', '&amp;', '\u0000\u202e'));
    fc.assert(fc.property(name, name, name, (title, owner, field) => {
      const page = qualityHtml(monthReport('2026-11', [dayOf('2026-11-01', { title, owner, object: field, rules: { [`${field}.format`]: 1 } })], () => null));
      expect(unclosed(page)).toEqual([]);
      expect(page).not.toMatch(/<(?:script|img)/i);
    }));
  });
});

describe('escaping', () => {
  test('HTML text comes back as it was, but for control characters', () => {
    fc.assert(fc.property(fc.string({ maxLength: 40 }), (text) => {
      const escaped = escapeHtml(text);
      expect(escaped).not.toMatch(/[<>"']/);
      const back = escaped.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&amp;', '&');
      expect(back).toBe(text.replaceAll(/[^\P{Cc}\t\n]/gu, '\uFFFD'));
    }));
  });

  test.each([
    ['a|b', 'a\\|b'], ['_x_ *y* `z`', '\\_x\\_ \\*y\\* \\`z\\`'], ['<b>&', '&lt;b&gt;&amp;'], ['[a](javascript:x)', '\\[a\\]\\(javascript:x\\)'], ['two\nlines\r\n', 'two lines '], ['\\', '\\\\'],
  ])('Markdown %j is written %j', (text, escaped) => expect(escapeMarkdown(text)).toBe(escaped));
});

/** The elements of a page that are not closed where they should be; none where all is well. */
function unclosed(page: string): readonly string[] {
  const open: string[] = [];
  for (const [, slash, tag = '', rest = ''] of page.matchAll(/<(\/?)([a-z][a-z0-9]*)([^<>]*)>/gi)) {
    if (['meta', 'line', 'path'].includes(tag) || rest.endsWith('/')) continue;
    if (slash !== '/') open.push(tag);
    else if (open.pop() !== tag) return [`</${tag}>`];
  }
  return open;
}
