import type { Credentials } from './auth/token-source.js';
import type { FailureMaker } from './failure.js';
import type { SecretRegister } from './secret-register.js';

/** createCredentials reads texts with `resolve` and registers what must not be shown. */
export function createCredentials(resolve: (text: string) => string, secrets: SecretRegister, fail: FailureMaker): Credentials {
  const resolveOrFail = (text: string): string => {
    try {
      return resolve(text);
    } catch (error) {
      // The message of a resolver names the reference, never a value.
      const why = error instanceof Error ? error.message : 'a reference cannot be resolved';
      // What its store has not given yet may be there a moment later.
      const isUnread = error instanceof Error && 'problem' in error && error.problem === 'unread';
      throw fail({ outcome: isUnread ? 'retry' : 'fail', code: 'missing-secret', what: 'cannot be sent:', reference: ` ${why}`, request: 'requests', cause: error });
    }
  };
  const refuse = (why: string): never => {
    throw fail({ outcome: 'fail', code: 'missing-secret', what: `cannot be sent: a credential ${why}; correct the secret`, request: 'requests' });
  };
  const secret = (text: string): string => {
    const value = resolveOrFail(text);
    if (/\p{Cc}/u.test(value)) refuse('holds a line break or another control character');
    secrets.add(value);
    return value;
  };
  return {
    plain(text) {
      const value = resolveOrFail(text);
      if (text.includes('secret://')) secrets.add(value);
      return value;
    },
    read(text) {
      const value = resolveOrFail(text);
      if (text.includes('secret://') || (value !== text && value.length >= shortestSecret)) secrets.add(value);
      return value;
    },
    secret,
    secretHeader(text) {
      const value = secret(text);
      if (/[^\x20-\xff]/.test(value)) refuse('holds characters that a header cannot carry');
      return value;
    },
    keep: (value) => secrets.add(value),
  };
}

/** Shorter values of `${NAME}` are user names and regions rather than secrets, and would blot out half of every message. */
const shortestSecret = 8;
