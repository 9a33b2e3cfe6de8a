import { expect, test } from 'vitest';
import { completedEnvironment } from '../../../src/cli/environment.js';

test('a running local instance adds the variables of its sandbox, and overrides none', () => {
  const completed = completedEnvironment({ SANDBOX_SECRET_BOOKS: 'mine', SANDBOX_URL: '', OTHER: 'x' }, { sandboxUrl: 'http://127.0.0.1:1' });
  expect(completed).toMatchObject({ SANDBOX_URL: 'http://127.0.0.1:1', SANDBOX_SECRET_BOOKS: 'mine', SANDBOX_SECRET_DESK: 'sandbox-only-desk', OTHER: 'x' });
});

test('without a local instance the environment stays as it is', () => {
  expect(completedEnvironment({ A: '1' }, undefined)).toEqual({ A: '1' });
  expect(completedEnvironment({ A: '1' }, {})).toEqual({ A: '1' });
});
