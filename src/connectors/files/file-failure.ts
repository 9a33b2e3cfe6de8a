import { SystemError } from '../../contracts/system-error.js';
import type { FailureFacts, FailureMaker } from '../../http/failure.js';
import { judgeSituation, type Operation, type Situation } from '../../http/outcome-table.js';
import { UnreadableFileError } from './csv-rows.js';
import { FolderError, type FolderProblem } from './folder.js';

const situations: Readonly<Record<FolderProblem, Situation>> = {
  missing: 'unsupported', 'not-allowed': 'forbidden', refused: 'forbidden', untrusted: 'certificate-invalid', credentials: 'forbidden', 'not-opened': 'address-refused', unreachable: 'lost-unsent', failed: 'unavailable',
};

/** fileFailure gives the SystemError for what went wrong with a folder or a file; `published` says that a file may have been left for the system. */
export function fileFailure(error: unknown, fail: FailureMaker, request: string, operation: Operation, published = false): SystemError {
  if (error instanceof SystemError) return error;
  if (error instanceof UnreadableFileError) return fail({ outcome: 'fail', code: 'unexpected-shape', what: `cannot be read: ${error.message}`, request });
  const facts = (situation: Situation, what: string): FailureFacts => ({ ...judgeSituation(situation, operation), what, request });
  if (error instanceof FolderError) {
    const situation = published && error.problem === 'unreachable' ? 'lost' : situations[error.problem];
    return fail({ ...facts(situation, `failed: ${error.message}`), ...(error.problem === 'credentials' ? { code: 'authentication-failed' as const } : {}) });
  }
  // What a stream of a file ends with while it is read.
  return fail(facts(published ? 'lost' : 'lost-unsent', `failed (${error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'the file could not be read to its end'})`));
}
