import type { SourceRecord } from '../../contracts/connector.js';
import type { ObjectReference } from '../../contracts/sync-definition.js';
import type { Database } from '../../store/database.js';
import { activeDefinitions } from '../../store/definitions.js';
import { explainError } from '../explain-error.js';
import { openReaders } from './open-readers.js';

/** LiveValue is what a system answered when it was asked for a record just now. */
export interface LiveValue {
  readonly system: string;
  readonly object: string;
  readonly id: string;
  /** Null where the system says that the record is not there, or where it could not be asked. */
  readonly record: SourceRecord | null;
  /** Why it could not be asked; null where it answered. */
  readonly problem: string | null;
}

/** ReadLiveOptions says what is asked for. */
export interface ReadLiveOptions {
  readonly database: Database;
  readonly records: readonly (ObjectReference & { readonly id: string })[];
  readonly environment: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
}

const ANSWER_WITHIN_MS = 10_000;

/** readLive asks each system for its record; a system that does not answer is no failure of the whole. */
export async function readLive({ database, records, environment, signal }: ReadLiveOptions): Promise<LiveValue[]> {
  const definitions = await activeDefinitions(database, 'system');
  const readers = openReaders(() => Promise.resolve(database), environment);
  try {
    return await Promise.all(records.map(async ({ system, object, id }): Promise<LiveValue> => {
      const asked = { system, object, id };
      const definition = definitions.find(({ name }) => name === system);
      if (definition === undefined) return { ...asked, record: null, problem: 'the system is no longer defined' };
      if (definition.body.objects[object]?.get === undefined) return { ...asked, record: null, problem: 'its definition has no "get", so single records cannot be read' };
      try {
        const deadline = AbortSignal.any([signal, AbortSignal.timeout(ANSWER_WITHIN_MS)]);
        return { ...asked, record: await readers.reader(definition.body, definition.version).get(object, id, deadline), problem: null };
      } catch (error) {
        return { ...asked, record: null, problem: explainError(error).message };
      }
    }));
  } finally {
    await readers.close();
  }
}
