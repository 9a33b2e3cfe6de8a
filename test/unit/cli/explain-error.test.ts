import { describe, expect, test } from 'vitest';
import { badInput, CommandError } from '../../../src/cli/command-error.js';
import { databaseError, databasePlace, parseDatabaseUrl } from '../../../src/cli/database-place.js';
import { explainError } from '../../../src/cli/explain-error.js';
import { LocalError } from '../../../src/local/local-error.js';

describe('explainError', () => {
  test('tells a foreseen failure as it is, with its exit code', () => {
    expect(explainError(badInput('No such thing.', { where: 'here', todo: 'Do that.' }))).toMatchObject({ message: 'No such thing.', where: 'here', todo: 'Do that.', exitCode: 2 });
    expect(explainError(new CommandError('Broken.'))).toMatchObject({ message: 'Broken.', where: null, todo: null, exitCode: 1 });
    expect(explainError(new LocalError('Not running.', { where: 'x', todo: 'Start it.' }))).toMatchObject({ message: 'Not running.', where: 'x', todo: 'Start it.', exitCode: 1 });
  });

  test.each([
    ['a cause says more', new Error('Failed to start Workflow', { cause: Object.assign(new Error('5 NOT_FOUND: no namespace'), { details: 'Namespace x is not found.' }) }), 'Failed to start Workflow: Namespace x is not found.'],
    ['a cause says the same', new Error('it failed: no route', { cause: new Error('no route') }), 'it failed: no route.'],
    ['several attempts failed', new AggregateError([new Error('connect ECONNREFUSED ::1'), new Error('connect ECONNREFUSED 127.0.0.1')], ''), 'connect ECONNREFUSED ::1; connect ECONNREFUSED 127.0.0.1.'],
    ['something else was thrown', 'plain text', 'plain text.'],
    ['nothing is known', undefined, 'An unknown error occurred.'],
  ])('%s', (_, error, message) => {
    expect(explainError(error)).toMatchObject({ message, exitCode: 1 });
  });

  test('takes credentials out of messages and stacks', () => {
    const told = JSON.stringify(explainError(new Error('cannot reach postgresql://crosswalk:hunter2@db:5432/x', { cause: new Error('Authorization: Bearer abcdefghijkl') })));
    expect(told).not.toContain('hunter2');
    expect(told).not.toContain('abcdefghijkl');
  });

  test('does not loop on an error that is its own cause', () => {
    const error = new Error('round');
    error.cause = error;
    expect(explainError(error).message).toBe('round.');
  });
});

describe('the address of the database', () => {
  test('is shown without user and password', () => {
    expect(databasePlace(parseDatabaseUrl('postgresql://u:secret@db.internal/crosswalk?sslmode=require', 'DATABASE_URL'))).toBe('db.internal:5432/crosswalk');
  });

  test.each(['postgresql://u:ge/heim@db/crosswalk', 'postgresql://u:12/geheim@db/crosswalk', 'postgresql://u:12?geheim@db/x', 'postgresql://u:12#geheim@db/x', 'mysql://u:geheim@db/x', 'geheim', ''])(
    'is refused without being repeated where it cannot be read: %s', (address) => {
      const read = (): unknown => parseDatabaseUrl(address, 'DATABASE_URL');
      expect(read).toThrow(expect.objectContaining({ exitCode: 2, message: 'The address of the database cannot be read.' }));
      try { read(); } catch (error) { expect(JSON.stringify(explainError(error))).not.toContain('heim'); }
    });

  test.each([
    ['ECONNREFUSED', 'does not answer'], ['ENOTFOUND', 'does not answer'], ['28P01', 'refuses the user or the password'], ['3D000', 'no database of this name'], ['XX000', 'boom'],
  ])('a failure %s is told as "%s", with the place', (code, words) => {
    const error = databaseError(Object.assign(new Error('boom'), { code }), new URL('postgresql://u:secret@db:1/x'), false);
    expect(error.message).toContain(words);
    expect(error).toMatchObject({ where: 'db:1/x', exitCode: 1 });
  });
});
