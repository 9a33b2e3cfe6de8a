import fc from 'fast-check';
import { expect, test } from 'vitest';
import { askingPage, escaped, messagePage } from '../../../src/ingress/answer-html.js';
import type { StoredApproval } from '../../../src/store/approvals.js';

const asked: StoredApproval = {
  id: 'x', runId: null, title: 'Raise?', shown: {}, hash: 'h', requestedBy: null, department: null, state: 'open', openedAt: new Date(0), closedAt: null,
  policy: { approvers: ['vera'], quorum: 1, remindAfterMs: [], escalateAfterMs: null, escalateTo: [], expireAfterMs: 1000 },
};

test('whatever is shown stays text', () => {
  fc.assert(fc.property(fc.string(), (text) => {
    expect(escaped(text)).not.toMatch(/[<>"']/);
  }));
  const evil = '"><script>alert(1)</script><img src=x onerror=alert(1)>';
  const html = askingPage({ ...asked, title: evil, shown: { [evil]: evil, list: [evil] }, requestedBy: evil }, evil);
  expect(html).not.toContain('<script');
  expect(html).not.toContain('<img');
  expect(messagePage(evil, evil)).not.toContain('<script');
});
