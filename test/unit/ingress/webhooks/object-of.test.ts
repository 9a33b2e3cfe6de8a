import { describe, expect, it } from 'vitest';
import { objectOf } from '../../../../src/ingress/webhooks/object-of.js';

describe('objectOf', () => {
  const objects = { 'user.*': 'user', 'user.note.*': 'note', 'user.note.seen': 'user', ping: 'user' };

  it.each([
    ['user.created', 'user'], ['user.', 'user'], ['user.note.created', 'note'], ['user.note.seen', 'user'], ['ping', 'user'],
    ['user', null], ['ping.pong', null], ['constructor', null], ['', null],
  ])('takes %j for %j', (type, object) => {
    expect(objectOf(objects, type)).toBe(object);
  });

  it('takes a star alone for everything else', () => {
    expect(objectOf({ '*': 'user', deal: 'deal' }, 'contact')).toBe('user');
  });
});
