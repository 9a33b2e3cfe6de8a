import { hash } from 'node:crypto';
import type { Page, SourceRecord } from '../../src/contracts/connector.js';
import type { QualityCounts, RuleCount } from '../../src/contracts/quality.js';
import { excerptOf } from '../../src/domain/excerpt.js';
import type { CheckedProblem, CheckedRecord, RecordCheck } from '../../src/domain/quality/record-check.js';
import { createRedactor } from '../../src/domain/redact.js';
import type { CheckedPage, NewFinding, QualityKey } from '../../src/store/quality-pages.js';

const redactor = createRedactor();

/** checkPage checks the records of a page that the run has not come across before, and adds them to its counts. */
export function checkPage({ check, inScope, slots }: RecordCheck, page: Page, fresh: ReadonlySet<string>, before: QualityCounts, findingsPerRule: number): CheckedPage {
  const counts = new PageCounts(before, findingsPerRule);
  const keys: QualityKey[] = [];
  const findings: NewFinding[] = [];
  counts.unreadable += page.bad.length;
  for (const record of presentRecords(page)) {
    if (!fresh.has(record.id)) continue;
    if (!inScope(record.data)) {
      counts.outOfScope += 1;
      continue;
    }
    const checked = check(record.data);
    counts.add(checked);
    for (const problem of checked.problems) if (counts.keep(problem.rule)) findings.push(findingOf(record, problem));
    for (const { slot, read } of slots) {
      for (const value of read(record.data)) keys.push({ slot, key: keyHash(value), recordId: record.id, flagged: checked.invalid });
    }
  }
  return { counts: counts.total(), keys, findings };
}

/** presentRecords is the records of a page that are not deleted, each once. */
export function presentRecords({ records }: Page): readonly SourceRecord[] {
  return [...new Map(records.filter(({ deleted }) => !deleted).map((record) => [record.id, record])).values()];
}

/** keyHash is 16 bytes of SHA-256, in hex: enough to tell values apart, and nothing that could be read again. */
export function keyHash(value: string): string {
  return hash('sha256', value, 'hex').slice(0, 32);
}

function findingOf(record: SourceRecord, { rule, field, check, message, value, repairable }: CheckedProblem): NewFinding {
  return { rule, field, check, message, repairable, recordId: record.id, excerpt: check === 'required' ? null : redactor.text(excerptOf(value)) };
}

class PageCounts {
  outOfScope: number;
  unreadable: number;
  private readonly rules = new Map<string, RuleCount>();
  private readonly sums: { records: number; missing: number; invalid: number; repairable: number };

  constructor(before: QualityCounts, private readonly limit: number) {
    const { records, missing, invalid, repairable } = before;
    this.sums = { records, missing, invalid, repairable };
    this.outOfScope = before.outOfScope;
    this.unreadable = before.unreadable;
    for (const [rule, count] of Object.entries(before.rules)) this.rules.set(rule, count);
  }

  add({ missing, invalid, repairable }: CheckedRecord): void {
    this.sums.records += 1;
    if (missing) this.sums.missing += 1;
    if (invalid) this.sums.invalid += 1;
    if (repairable) this.sums.repairable += 1;
  }

  /** Counts a broken rule, and says whether its finding is among those that are kept. */
  keep(rule: string): boolean {
    const { failed, kept } = this.rules.get(rule) ?? { failed: 0, kept: 0 };
    const isKept = kept < this.limit;
    this.rules.set(rule, { failed: failed + 1, kept: isKept ? kept + 1 : kept });
    return isKept;
  }

  total(): QualityCounts {
    return { ...this.sums, outOfScope: this.outOfScope, unreadable: this.unreadable, rules: Object.fromEntries(this.rules) };
  }
}
