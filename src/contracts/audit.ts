import type { OutcomeKind, SystemEnvironment } from './system-definition.js';

/** AuditBounds is the most that an audit may ask of a system. */
export interface AuditBounds {
  readonly requests: number;
  /** Milliseconds from its first request. */
  readonly timeMs: number;
  /** Highest number of requests that are open at the same time. */
  readonly concurrency: number;
}

/** LoadLevel is what was measured while so many requests were kept open at the same time. */
export interface LoadLevel {
  readonly concurrency: number;
  readonly sent: number;
  readonly answered: number;
  /** Answers that said "too many requests". */
  readonly limited: number;
  readonly failed: number;
  /** Milliseconds from the first request to the last answer, or to the first refusal. */
  readonly elapsedMs: number;
  /** Half of the answers took no longer, milliseconds; null without an answer. */
  readonly medianMs: number | null;
  /** 19 of 20 answers took no longer, milliseconds. */
  readonly p95Ms: number | null;
  /** What the first refusal asked to be waited, milliseconds; null where it asked nothing. */
  readonly retryAfterMs: number | null;
}

/** ThrottlePoint is a burst that ended in the first refusal: how many requests were answered before it, and in what time. */
export interface ThrottlePoint {
  readonly answered: number;
  readonly elapsedMs: number;
}

/** Throttle is where a system begins to refuse; rates are requests a second. */
export interface Throttle {
  /** `rate`: too many in a time; `concurrency`: too many at the same time. */
  readonly kind: 'rate' | 'concurrency';
  /** How many were answered before the first refusal. */
  readonly afterRequests: number;
  readonly afterMs: number;
  readonly atConcurrency: number;
  readonly retryAfterMs: number | null;
  /** What can be sent for long; null where the measurements do not tell. */
  readonly sustainedPerSecond: number | null;
  /** What can be sent at once after a pause. */
  readonly burst: number | null;
}

/** LoadFacts is what rising load came to. */
export interface LoadFacts {
  readonly object: string;
  readonly levels: readonly LoadLevel[];
  /** Null where nothing was refused within the bounds. */
  readonly throttle: Throttle | null;
}

/** ObjectFacts is what one object can do by its definition, and what it did when it was asked. */
export interface ObjectFacts {
  readonly object: string;
  /** Operations that the definition names: list, get, find, create, update, archive, delete. */
  readonly operations: readonly string[];
  readonly paging: string;
  readonly pageSize: number;
  /** Records on the first page; null where it could not be read. */
  readonly firstPage: number | null;
  /** Milliseconds for the first page. */
  readonly firstPageMs: number | null;
  /** `yes`: the second page held other records; `one page`: all records fit on one. */
  readonly pagingWorks: 'yes' | 'no' | 'one page' | 'not tried';
  /** `yes`: asked for what changes in the future, the list is empty. */
  readonly sinceWorks: 'yes' | 'no' | 'not defined' | 'not tried';
  readonly findBy: readonly string[];
  readonly writesInBatchesOf: number | null;
  readonly idempotentCreates: boolean;
  readonly checksVersions: boolean;
  readonly deletes: DeleteSight;
  /** Plain sentences: what went wrong while it was asked. */
  readonly problems: readonly string[];
}

/** DeleteSight is how a record that is deleted can be noticed. */
export interface DeleteSight {
  readonly by: 'mark' | 'missing-from-a-full-read';
  /** Whether a marked record was among those that were read. */
  readonly seen: boolean;
}

/** WriteTrial is what came of making one record, changing it and taking it away again. */
export interface WriteTrial {
  readonly object: string;
  /** Id of the record that was made. */
  readonly id: string | null;
  readonly created: OutcomeKind | 'not tried';
  readonly createdMs: number | null;
  /** Whether it could be read at once. */
  readonly readBack: 'yes' | 'no' | 'not tried';
  /** Whether the list of changes has it; null where there is none. */
  readonly inChanges: boolean | null;
  readonly updated: OutcomeKind | 'not tried';
  /** What became of a change for a version that the record did not have. */
  readonly staleVersion: 'refused' | 'accepted' | 'not checked';
  readonly removedBy: 'delete' | 'archive' | null;
  readonly afterwards: 'gone' | 'marked' | 'still there' | 'not tried';
  /** Whether the list of changes has it after it was taken away; null where there is none. */
  readonly removalInChanges: boolean | null;
  /** Plain sentences: what was refused. */
  readonly messages: readonly string[];
}

/** ErrorShape is how the system answers a request that cannot succeed; no values of the answer are kept. */
export interface ErrorShape {
  readonly asked: 'missing id' | 'wrong parameter' | 'wrong credential';
  readonly object: string | null;
  /** Null where there was no answer, or where it was not asked. */
  readonly status: number | null;
  readonly contentType: string | null;
  /** JSON Pointers of the answer with their types, as in `/error/code text`. */
  readonly shape: readonly string[];
  /** Plain sentence. */
  readonly reading: string;
}

/** FullRead is how long reading every record once takes within the limits. */
export interface FullRead {
  readonly records: number;
  readonly everyMs: number | null;
  readonly pageSize: number;
  readonly requests: number;
  readonly seconds: number;
  /** What decides how long it takes. */
  readonly boundBy: 'rate' | 'response time';
  /** Null where no interval was given. */
  readonly fits: boolean | null;
  /** Plain sentences. */
  readonly reasons: readonly string[];
}

/** StrategyAdvice is how the system is best kept in step. */
export interface StrategyAdvice {
  readonly realtime: boolean;
  readonly everyMs: number;
  /** Time of day of the full read, or null where none is needed. */
  readonly fullRead: string | null;
  readonly pageSize: number;
  readonly concurrency: number;
  readonly requestsPerSecond: number | null;
  readonly reasons: readonly string[];
}

/** AuditReport is what a company should know about a system before anything is built on it. */
export interface AuditReport {
  readonly system: string;
  readonly title: string;
  readonly environment: SystemEnvironment;
  /** ISO 8601. */
  readonly at: string;
  readonly bounds: AuditBounds;
  readonly used: { readonly requests: number; readonly timeMs: number };
  readonly auth: string;
  readonly webhooks: string | null;
  readonly declared: { readonly requestsPerSecond: number | null; readonly burst: number; readonly concurrency: number };
  readonly objects: readonly ObjectFacts[];
  /** Actions of the API's OpenAPI document, by path; empty where none was given. */
  readonly actions: readonly string[];
  readonly errors: readonly ErrorShape[];
  /** Empty where nothing was written. */
  readonly trials: readonly WriteTrial[];
  /** Null where load was not measured; `notMeasured` says why. */
  readonly load: LoadFacts | null;
  readonly notMeasured: readonly string[];
  readonly fullRead: FullRead | null;
  readonly advice: StrategyAdvice;
}
