import type { Json, JsonObject } from '../contracts/json.js';
import { queryOf, requestApi, type ApiClientOptions } from './api-request.js';

/** SentConflict is a field that both sides changed and that waits for a person, as the API gives it. */
export interface SentConflict {
  readonly id: string;
  readonly sync: string;
  readonly field: string;
  /** The value on which both sides last agreed. */
  readonly base: Json;
  readonly source: Json;
  readonly target: Json;
  /** When each side was last changed, epoch milliseconds. */
  readonly sourceAtMs: number | null;
  readonly targetAtMs: number | null;
  readonly sourceId: string | null;
  readonly targetId: string | null;
  readonly openedAt: string;
}

/** SentMatch is a question whether two records are one, as the API gives it. */
export interface SentMatch {
  readonly id: string;
  readonly sync: string;
  /** `system.object` and the id of the record, at either side. */
  readonly source: string;
  readonly sourceId: string;
  readonly target: string;
  readonly targetId: string;
  readonly probability: number;
  readonly reasons: readonly { readonly bits: number; readonly text: string }[];
  readonly sourceValues: JsonObject;
  readonly targetValues: JsonObject;
  readonly state: 'open' | 'accepted' | 'rejected' | 'superseded';
  readonly firstAt: string;
  readonly lastAt: string;
  readonly decidedAt: string | null;
  readonly decidedBy: string | null;
  readonly note: string | null;
}

/** AnsweredMatch is what follows an answer: the workflow that reads and writes the record at once, or why the next complete read has to. */
export interface AnsweredMatch {
  readonly answered: string;
  readonly workflowId: string | null;
  readonly notAtOnce: string | null;
}

/** Resolution is how a conflict is decided: for a side, or for a value of one's own. */
export type Resolution = { readonly choice: 'source' | 'target' } | { readonly choice: 'value'; readonly value: Json };

/** DecisionsClient reads what waits for people and answers it, over the API; every method throws CrosswalkApiError for what the API refuses. */
export class DecisionsClient {
  constructor(private readonly options: ApiClientOptions) {}

  /** conflicts are those that wait for a person, oldest first. */
  async conflicts(filter: { readonly sync?: string; readonly limit?: number } = {}): Promise<readonly SentConflict[]> {
    return (await requestApi<{ conflicts: readonly SentConflict[] }>(this.options, 'GET', `/api/conflicts${queryOf(filter)}`)).conflicts;
  }

  /** resolve decides a conflict for the values that it was read with; the same decision id again gives the same answer. */
  resolve({ id, source, target }: Pick<SentConflict, 'id' | 'source' | 'target'>, resolution: Resolution, by: string, decisionId: string = crypto.randomUUID()): Promise<{ readonly conflictId: string; readonly workflowId: string }> {
    return requestApi(this.options, 'POST', `/api/conflicts/${encodeURIComponent(id)}/resolution`, { decisionId, ...resolution, by, shown: { source, target } });
  }

  /** matches are the questions which record is which, and how many there are; with `all` also those that are answered. */
  matches(filter: { readonly sync?: string; readonly all?: boolean; readonly limit?: number } = {}): Promise<{ readonly total: number; readonly matches: readonly SentMatch[] }> {
    return requestApi(this.options, 'GET', `/api/matches${queryOf(filter)}`);
  }

  /** answer says whether the two records of a question are one. */
  answer(id: string, answer: 'accept' | 'reject', by: string, note?: string): Promise<AnsweredMatch> {
    return requestApi(this.options, 'POST', `/api/matches/${encodeURIComponent(id)}/answer`, { answer, by, note });
  }
}
