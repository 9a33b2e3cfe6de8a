import type { WriteKind, WriteResult } from '../../src/contracts/connector.js';

/** WriteVerdict is what has to be done about the answer to a write. */
export type WriteVerdict =
  | { readonly kind: 'acknowledge' }
  /** The system refused this record; a person has to look. */
  | { readonly kind: 'park'; readonly code: string }
  /** The target already has a record with this key: link it and write to it. */
  | { readonly kind: 'adopt' }
  /** The target holds a newer version than expected: read it and send again. */
  | { readonly kind: 'read-again' }
  /** It was not executed, and the system asks for patience. */
  | { readonly kind: 'postpone' }
  /** It may or may not have been executed: probe before anything else. */
  | { readonly kind: 'probe' }
  /** No request can succeed until a person has mended something. */
  | { readonly kind: 'give-up' };

/** How often a write may meet a newer version before a person is asked. */
const CONFLICT_LIMIT = 3;

/** writeVerdict reads the answer to one write. */
export function writeVerdict(kind: WriteKind, result: Pick<WriteResult, 'outcome' | 'id'>, conflicts: number): WriteVerdict {
  switch (result.outcome) {
    case 'ok':
      // Without its id a new record could never be found again.
      return kind === 'create' && result.id === null ? { kind: 'probe' } : { kind: 'acknowledge' };
    case 'not-found':
      if (kind === 'archive' || kind === 'delete') return { kind: 'acknowledge' };
      return { kind: 'park', code: kind === 'update' ? 'gone-at-target' : 'refused' };
    case 'exists':
      return kind === 'create' ? { kind: 'adopt' } : { kind: 'park', code: 'exists-at-target' };
    case 'version-conflict':
      return conflicts < CONFLICT_LIMIT && kind !== 'create' ? { kind: 'read-again' } : { kind: 'park', code: 'version-conflict' };
    case 'park':
      return { kind: 'park', code: 'refused' };
    case 'retry':
    case 'rate-limited':
    case 'reconnect-needed':
      return { kind: 'postpone' };
    case 'unknown':
      return { kind: 'probe' };
    case 'refresh-token':
    case 'fail':
      return { kind: 'give-up' };
  }
}
