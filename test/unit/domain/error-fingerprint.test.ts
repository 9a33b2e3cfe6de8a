import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { errorFingerprint } from '../../../src/domain/error-fingerprint.js';

describe('errorFingerprint', () => {
  test.each([
    ['Contact 4711 "Ada" not found', 'contact <n> <value> not found'],
    ['Duplicate e-mail ada.lovelace+x@mail.example.com', 'duplicate e-mail <email>'],
    ['Record 3f2504e0-4f89-11d3-9a0c-0305e82c3301 is locked', 'record <uuid> is locked'],
    ['Object cus_NffrFeUfNV2Hib does not exist', 'object <id> does not exist'],
    ['Record rec-1070-org is archived', 'record <id> is archived'],
    ['Token expired at 2026-11-20T10:11:12.123Z', 'token expired at <time>'],
    ['Date 2026-11-20 is invalid', 'date <time> is invalid'],
    ['GET https://api.example.com/contacts/5?x=1 failed', 'get <url> failed'],
    ["Value 'O\u2019Neil' of field 'name' is too long (max 50)", 'value <value> of field <value> is too long (max <n>)'],
    ["The system didn't answer and can't be reached", "the system didn't answer and can't be reached"],
    ['Field address_line1 is required', 'field address_line<n> is required'],
    ['Request failed with status 404', 'request failed with status 404'], ['HTTP/1.1 500 for id 500', 'http/<n> 500 for id <n>'], ['status code: 422', 'status code: 422'], ['status_code=503', 'status_code=503'],
    ['Limit 1,000.50 exceeded by 7%', 'limit <n> exceeded by <n>%'], ['  two\n\n lines\t', 'two lines'], ['', ''], ['Commit 0a1b2c3d4e5f failed', 'commit <id> failed'], ['Read-only replica', 'read-only replica'],
  ])('%j', (message, fingerprint) => {
    expect(errorFingerprint(message)).toBe(fingerprint);
  });

  test.each([
    ['Contact 1 "Ada" not found', 'Contact 22 "Bob B." not found'], ['User a@b.de exists', 'User x.y@z.example.org exists'], ['Deal D-1 changed at 2026-01-01', 'Deal D-999 changed at 2025-12-31'],
    ['timeout after 1500 ms', 'timeout after 30000 ms'],
  ])('%j and %j are one group', (left, right) => {
    expect(errorFingerprint(left)).toBe(errorFingerprint(right));
  });

  test.each([['status 404', 'status 500'], ['Contact 1 not found', 'Deal 1 not found']])('%j and %j are two groups', (left, right) => {
    expect(errorFingerprint(left)).not.toBe(errorFingerprint(right));
  });

  test('any message is answered in at most 300 characters, in time that does not explode', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (message) => {
      expect(errorFingerprint(message).length).toBeLessThanOrEqual(300);
    }));
    for (const unit of ['a', '1', '"', "'", 'a.', '@', 'a-', '://', 'http://', '1.1', ' ', '\\']) errorFingerprint(unit.repeat(1_000_000));
  });
});
