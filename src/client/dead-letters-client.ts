import type { LetterEdit, LetterEvent, LetterGroup, LetterPreview, LetterState } from '../contracts/dead-letter.js';
import type { Json, JsonObject } from '../contracts/json.js';
import type { DeadLetterStage, FieldProblem } from '../contracts/ledger.js';
import type { TargetFinding } from '../contracts/redrive.js';

/** Sent is a value as it comes over the wire: times are ISO 8601 texts. */
export type Sent<Value> = Value extends Date ? string : Value extends readonly (infer Item)[] ? readonly Sent<Item>[] : Value extends object ? { readonly [Name in keyof Value]: Sent<Value[Name]> } : Value;

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

/** StartedRedrive is a redrive that was started, or was under way already. */
export interface StartedRedrive {
  readonly workflowId: string;
  readonly temporalRunId: string;
  readonly started: boolean;
}

/** CrosswalkApiError is thrown when the API refuses a request; its message says why and what can be done. */
export class CrosswalkApiError extends Error {
  override readonly name = 'CrosswalkApiError';
  constructor(message: string, readonly status: number) {
    super(message);
  }
}

/** DeadLettersClientOptions says where the API is. */
export interface DeadLettersClientOptions {
  /** Address of `crosswalk server`, such as http://127.0.0.1:8089. */
  readonly url: string;
  /** How long one answer may take, milliseconds; 30 s unless given. */
  readonly timeoutMs?: number;
}

/** DeadLettersClient works dead letters over the API; every method throws CrosswalkApiError for what the API refuses. */
export class DeadLettersClient {
  constructor(private readonly options: DeadLettersClientOptions) {}

  /** groups are the open letters by cause, of one sync or of all. */
  async groups(sync?: string): Promise<readonly Sent<LetterGroup>[]> {
    return (await this.ask<{ groups: readonly Sent<LetterGroup>[] }>('GET', `groups${query({ sync })}`)).groups;
  }

  /** list is the open letters, newest first. */
  async list(filter: { readonly sync?: string; readonly group?: string; readonly limit?: number } = {}): Promise<readonly SentLetter[]> {
    return (await this.ask<{ letters: readonly SentLetter[] }>('GET', query({ ...filter, limit: filter.limit?.toString() }))).letters;
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
  async redrive(id: string, by: string, options: { readonly version?: number; readonly finding?: TargetFinding } = {}): Promise<StartedRedrive> {
    return this.ask('POST', `${encodeURIComponent(id)}/redrive`, { by, ...options });
  }

  /** redriveAll starts a redrive of all open letters of a sync, or of those that share a cause. */
  async redriveAll(sync: string, by: string, options: { readonly group?: string; readonly version?: number } = {}): Promise<StartedRedrive> {
    return this.ask('POST', 'redrive', { by, sync, ...options });
  }

  /** discard closes a letter for good. */
  async discard(id: string, by: string, reason: string): Promise<void> {
    await this.ask('POST', `${encodeURIComponent(id)}/discard`, { by, reason });
  }

  private async ask<Answer>(method: string, place: string, body?: object): Promise<Answer> {
    const { url, timeoutMs = 30_000 } = this.options;
    const path = `/api/dead-letters${place === '' || place.startsWith('?') ? place : `/${place}`}`;
    const answer = await fetch(new URL(path, url), {
      method, signal: AbortSignal.timeout(timeoutMs), redirect: 'error',
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    const content = (await answer.json().catch(() => ({}))) as { readonly detail?: string };
    if (!answer.ok) throw new CrosswalkApiError(content.detail ?? `The API answered with status ${answer.status}.`, answer.status);
    return content as Answer;
  }
}

function query(parts: Readonly<Record<string, string | undefined>>): string {
  const given = Object.entries(parts).filter((part): part is [string, string] => part[1] !== undefined);
  return given.length === 0 ? '' : `?${new URLSearchParams(given).toString()}`;
}
