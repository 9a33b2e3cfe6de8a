import type { LetterEdit, LetterEvent, LetterGroup, LetterPreview, LetterState } from '../contracts/dead-letter.js';
import type { Json, JsonObject } from '../contracts/json.js';
import type { DeadLetterStage, FieldProblem } from '../contracts/ledger.js';
import type { TargetFinding } from '../contracts/redrive.js';
import { queryOf, requestApi, type ApiClientOptions, type Sent, type Started } from './api-request.js';

/** SentLetter is a dead letter as the API gives it. */
export interface SentLetter {
  readonly id: string;
  readonly sync: string;
  readonly system: string;
  readonly object: string;
  readonly sourceId: string;
  readonly sourceVersion: string | null;
  readonly group: string;
  readonly runId: string;
  readonly definitionVersion: number;
  readonly stage: DeadLetterStage;
  readonly code: string;
  readonly message: string;
  readonly problems: readonly FieldProblem[];
  readonly payload: Json;
  readonly request: JsonObject | null;
  readonly responseExcerpt: string | null;
  readonly attempts: number;
  readonly firstAt: string;
  readonly lastAt: string;
}

/** SentLetterDetail is a dead letter with where it stands and its edited copy. */
export interface SentLetterDetail extends SentLetter {
  readonly state: LetterState;
  readonly resolvedAt: string | null;
  readonly edit: Sent<LetterEdit> | null;
}

/** DeadLettersClient works dead letters over the API; every method throws CrosswalkApiError for what the API refuses. */
export class DeadLettersClient {
  constructor(private readonly options: ApiClientOptions) {}

  /** groups are the open letters by cause, of one sync or of all. */
  async groups(sync?: string): Promise<readonly Sent<LetterGroup>[]> {
    return (await this.ask<{ groups: readonly Sent<LetterGroup>[] }>('GET', `groups${queryOf({ sync })}`)).groups;
  }

  /** list is the open letters, newest first. */
  async list(filter: { readonly sync?: string; readonly group?: string; readonly limit?: number } = {}): Promise<readonly SentLetter[]> {
    return (await this.ask<{ letters: readonly SentLetter[] }>('GET', queryOf(filter))).letters;
  }

  /** show is one letter, open or closed, with who did what to it. */
  async show(id: string): Promise<{ readonly letter: SentLetterDetail; readonly events: readonly Sent<LetterEvent>[] }> {
    return this.ask('GET', encodeURIComponent(id));
  }

  /** edit keeps an edited copy of a letter's record for its next redrive; null drops it. */
  async edit(id: string, payload: JsonObject | null, by: string): Promise<SentLetterDetail> {
    return (await this.ask<{ letter: SentLetterDetail }>('PUT', `${encodeURIComponent(id)}/edit`, { by, payload })).letter;
  }

  /** preview is what a redrive of a letter would write; null where no worker has answered in time, then ask again. */
  async preview(id: string, by: string, version?: number): Promise<LetterPreview | null> {
    return (await this.ask<{ preview?: LetterPreview }>('POST', `${encodeURIComponent(id)}/preview`, { by, version })).preview ?? null;
  }

  /** redrive starts a redrive of one letter. */
  async redrive(id: string, by: string, options: { readonly version?: number; readonly finding?: TargetFinding } = {}): Promise<Started> {
    return this.ask('POST', `${encodeURIComponent(id)}/redrive`, { by, ...options });
  }

  /** redriveAll starts a redrive of all open letters of a sync, or of those that share a cause. */
  async redriveAll(sync: string, by: string, options: { readonly group?: string; readonly version?: number } = {}): Promise<Started> {
    return this.ask('POST', 'redrive', { by, sync, ...options });
  }

  /** discard closes a letter for good. */
  async discard(id: string, by: string, reason: string): Promise<void> {
    await this.ask('POST', `${encodeURIComponent(id)}/discard`, { by, reason });
  }

  private ask<Answer>(method: string, place: string, body?: object): Promise<Answer> {
    return requestApi(this.options, method, `/api/dead-letters${place === '' || place.startsWith('?') ? place : `/${place}`}`, body);
  }
}
