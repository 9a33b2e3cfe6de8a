import type { AuthDefinition } from './auth-definition.js';
import type { CircuitDefinition } from './circuit.js';
import type { Condition } from './condition.js';
import type { FilesSystemDefinition } from './files-definition.js';
import type { PostgresSystemDefinition } from './postgres-definition.js';
import type { SmtpSystemDefinition } from './smtp-definition.js';
import type { JsonObject } from './json.js';
import type { SigningDefinition } from './signing-definition.js';
import type { LimitHeaders } from './vendor-limits.js';
import type { WebhookDefinition } from './webhook-definition.js';

/**
 * SystemBase is what every configured connection to an outside system has, after validation: every default is filled in,
 * every duration is in milliseconds, every share is between 0 and 1. Text may still hold `${ENV}` and `secret://`
 * references, which are resolved at the moment of use.
 */
export interface SystemBase {
  readonly system: string;
  readonly title: string;
  readonly owner?: string;
  /** Absent: what is written there counts. */
  readonly environment?: SystemEnvironment;
  readonly limits: LimitsDefinition;
  readonly retry: { readonly scheduleMs: readonly number[] };
  /** IANA zone of date-times that carry none. */
  readonly timeZone: string;
  /** Absent: only public addresses are connected to. */
  readonly network?: NetworkDefinition;
  /** Absent: webhooks of the system are not received. */
  readonly webhooks?: WebhookDefinition;
}

/** SystemDefinition is one configured connection to an outside system, whatever it speaks. */
export type SystemDefinition = RestSystemDefinition | PostgresSystemDefinition | FilesSystemDefinition | SmtpSystemDefinition;

/** RestSystemDefinition is a system with an HTTP API. */
export interface RestSystemDefinition extends SystemBase {
  /** Nothing but HTTP has to be named. */
  readonly medium?: never;
  /** Name of the built-in connector that the definition was made with; `rest`: it has none. */
  readonly connector: string;
  readonly baseUrl: string;
  readonly headers: Readonly<Record<string, string>>;
  /** How bodies are written: as forms with brackets for what is nested, or with JSON texts for it; absent: as JSON. */
  readonly encoding?: 'form' | 'form-json';
  readonly auth: AuthDefinition;
  /** Absent: requests are not signed. */
  readonly signing?: SigningDefinition;
  /** Absent: the system is asked however often it has failed. */
  readonly circuit?: CircuitDefinition;
  readonly outcomes: readonly OutcomeRule[];
  readonly objects: Readonly<Record<string, ObjectDefinition>>;
}

/** SystemEnvironment says what hangs on the data of a system: on those of a test system or a sandbox nothing does. */
export type SystemEnvironment = 'production' | 'test' | 'sandbox';

/** ObjectCapabilities is what is known of one type of record, whatever its system speaks: where things are in a record, and what can be done. */
export interface ObjectCapabilities {
  /** JSON Pointer of an object in a record whose members are read as if they stood at the top of the record. */
  readonly flatten?: string;
  /** JSON Pointer of the external id in a record. */
  readonly id: string;
  /** JSON Pointer of the version (etag, revision or updated-at) in a record. */
  readonly version?: string;
  /** JSON Pointer of the creation time in a record; with it, an id that is given to another record is noticed. */
  readonly created?: string;
  readonly since?: Pick<SinceFilter, 'format' | 'field' | 'overlapMs' | 'safetyLagMs'>;
  readonly deleted?: Condition;
  readonly inactive?: Condition;
  readonly get?: object;
  /** Fields that records can be looked up by are the keys of `by`. */
  readonly find?: { readonly by: Readonly<Record<string, unknown>>; readonly lagMs?: number };
  readonly create?: CreateCapability;
  readonly update?: UpdateCapability;
  readonly archive?: ArchiveCapability;
  readonly delete?: object;
  /** Whether a list without a time may lack records that are there all the same; nothing is then removed for being missing. */
  readonly isPartial?: boolean;
}

/** CreateCapability says whether the system executes a create once, however often it is sent with one key. */
export type CreateCapability = Pick<WriteOperation, 'idempotencyHeader' | 'upsert'> & { readonly isKeyed?: boolean };

/** UpdateCapability says whether the system itself refuses an update of a record that has a newer version. */
export type UpdateCapability = Pick<WriteOperation, 'versionHeader' | 'batch'> & { readonly checksVersion?: boolean };

/** ArchiveCapability is what an archive sets, and what brings the record back. */
export type ArchiveCapability = Pick<WriteOperation, 'fields' | 'restore'>;

/** NetworkDefinition is which addresses may be connected to besides public ones. */
export interface NetworkDefinition {
  /** `loopback`, host names, addresses and ranges such as `10.20.0.0/16`. */
  readonly allow: readonly string[];
}

/** LimitsDefinition is what a system may be asked for. */
export interface LimitsDefinition {
  /** Absent: no rate is held, only 429 answers close the system. */
  readonly requestsPerSecond?: number;
  readonly burst: number;
  readonly concurrency: number;
  /** Share of the rate kept for handoffs, 0 to 1. */
  readonly reserve: number;
  /** Total deadline of one request, body included. */
  readonly timeoutMs: number;
  /** How long a request whose answer was lost may still be executed by the system. */
  readonly settleMs: number;
  /** Headers that say how much of the system's own limits is left. */
  readonly headers?: readonly LimitHeaders[];
  /** Cap on a decoded response body. */
  readonly maxResponseBytes: number;
}

/** ObjectDefinition says how one type of record is read and written over HTTP. */
export interface ObjectDefinition extends ObjectCapabilities {
  readonly list: ListOperation;
  readonly get?: ReadOneOperation;
  readonly find?: FindOperation;
  readonly since?: SinceFilter;
  /** JSON Pointers of fields that are lists, so that numbers in their place are written as positions. */
  readonly lists?: readonly string[];
  /** Whether values are written as text, and null as the empty text. */
  readonly textValues?: true;
  readonly create?: WriteOperation;
  readonly update?: WriteOperation;
  readonly archive?: WriteOperation;
  readonly delete?: WriteOperation;
}

/** HttpMethod is a method that definitions may use. */
export type HttpMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** BodyParameters sends the parameters of a request in its body: each name is a place in it, a field name or a JSON Pointer. */
export interface BodyParameters {
  readonly in?: 'body';
  /** What the body holds besides them. */
  readonly body?: JsonObject;
}

/** ListOperation reads many records, a page at a time. */
export interface ListOperation extends BodyParameters {
  readonly method: HttpMethod;
  readonly path: string;
  readonly params: Readonly<Record<string, string>>;
  /** JSON Pointer of the array of records in the body; empty: the body itself. */
  readonly records: string;
  readonly paginate: Paginate;
}

/**
 * Paginate is a paging style; `limit` is the page size asked for and `limitParam` the parameter that asks for it. `end` is a
 * condition on the body of an answer that says that no page comes after it.
 */
export type Paginate =
  | { readonly type: 'none' }
  | { readonly type: 'cursor'; readonly next: string; readonly end?: Condition; readonly param: string; readonly limit: number; readonly limitParam: string }
  | { readonly type: 'page'; readonly param: string; readonly start: number; readonly limit: number; readonly limitParam: string; readonly total?: string }
  | { readonly type: 'offset'; readonly param: string; readonly limit: number; readonly limitParam: string; readonly total?: string }
  | {
      readonly type: 'link';
      /** JSON Pointer of the URL of the next page in the body; absent: it stands in the Link header. */
      readonly next?: string;
      readonly end?: Condition;
      readonly limit: number;
      readonly limitParam: string;
    }
  | {
      readonly type: 'keyset';
      /** Parameters sent for the pages after the first, with `{version}` and `{id}` of the last record seen. */
      readonly params: Readonly<Record<string, string>>;
      /** Values of the placeholders for the first page; absent: the parameters are not sent for it. */
      readonly first?: Readonly<Record<string, string>>;
      readonly end?: Condition;
      readonly limit: number;
      readonly limitParam: string;
    };

/** ReadOneOperation reads one record by its external id, which stands as `{id}` in the path. */
export interface ReadOneOperation {
  readonly method: HttpMethod;
  readonly path: string;
  /** JSON Pointer of the record in the body; empty: the body itself. */
  readonly record: string;
}

/** FindOperation looks records up by a target field, which stands as `{value}` in the parameters. */
export interface FindOperation extends BodyParameters {
  readonly method: HttpMethod;
  readonly path: string;
  readonly records: string;
  /** JSON Pointer of the record in one element; absent: the element itself. */
  readonly record?: string;
  /** Whether what is found is only a part of a record, which is then read by its id. */
  readonly partial?: true;
  /** Whether more may be found than was asked for, so that only records whose field has the value itself are kept. */
  readonly loose?: true;
  /** Whether `records` is the place of one record instead of an array. */
  readonly single?: true;
  /** How long a record that was just made may not be found; absent: it is found at once. */
  readonly lagMs?: number;
  /** By field name of this object, the parameters that ask for records whose field has the value `{value}`. */
  readonly by: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** SinceFilter asks a list for what changed since a time. */
export interface SinceFilter {
  /** Parameter of the list; absent where a header asks. */
  readonly param?: string;
  readonly header?: string;
  /** List to read instead of the object's own, where changes are asked for elsewhere. */
  readonly list?: ListOperation;
  /** Template of the parameter's value; `{since}` is the formatted time. */
  readonly value: string;
  readonly format: 'iso' | 'iso-seconds' | 'space' | 'unix' | 'unix-ms';
  /** JSON Pointer of the updated-at in a record. */
  readonly field: string;
  /** How far each incremental run reads back before its checkpoint. */
  readonly overlapMs: number;
  /** How near to now a checkpoint may come. */
  readonly safetyLagMs: number;
}

/** WriteOperation changes one record, or many where `batch` is given. */
export interface WriteOperation {
  readonly method: HttpMethod;
  readonly path: string;
  /** Where the fields go in the body, as a JSON Pointer; empty: the body itself. */
  readonly envelope: string;
  /** What the body holds besides the fields. */
  readonly body?: JsonObject;
  /** Whether a repeat of a create makes no second record, since its path or a key field names the record. */
  readonly upsert?: true;
  /** Fields sent besides the mapped ones, for example `{ status: archived }` of an archive. */
  readonly fields: Readonly<Record<string, string | number | boolean | null>>;
  /** Fields that an update sets to bring an archived record back; of an archive only. */
  readonly restore?: Readonly<Record<string, string | number | boolean | null>>;
  /** Header that carries the idempotency key, where the system has one. */
  readonly idempotencyHeader?: string;
  /** Header that carries the expected version, where the system checks one: usually `If-Match`. */
  readonly versionHeader?: string;
  /** JSON Pointer of the record in the answer; empty: the body itself. Absent: the answer holds no record. */
  readonly record?: string;
  /** Header of the answer that carries the id of a new record, where the body does not. */
  readonly idHeader?: string;
  /** JSON Pointer, in an answer that says that the record exists already, of the id of that record. */
  readonly existing?: string;
  readonly batch?: BatchOperation;
}

/** BatchOperation changes many records in one request and answers with one result each. */
export interface BatchOperation {
  readonly method: HttpMethod;
  readonly path: string;
  readonly max: number;
  /** Where the array of items goes in the body; empty: the body itself. */
  readonly items: string;
  /** What the body holds besides the items. */
  readonly body?: JsonObject;
  /** What each item holds besides its fields. */
  readonly item?: JsonObject;
  /** Where the fields go in an item; absent: the item itself. */
  readonly envelope?: string;
  /** Field of an item that holds the external id, for updates. */
  readonly idField: string;
  readonly idempotencyHeader?: string;
  /** JSON Pointer of the array of results; results answer items by position unless `key` is given. */
  readonly results: string;
  /** Field name that is in both the item and its result, where results are not in the order of the items. */
  readonly key?: string;
  /** Whether `key` is filled with the position of the item, for systems that give back whatever they were given. */
  readonly trace?: true;
  /** Refused items, where they stand apart from the results: the array of them, and the place of `key` in one. */
  readonly errors?: { readonly at: string; readonly key: string };
  /** Answer in two steps: the request begins a job, which has the results once it is done. */
  readonly job?: BatchJob;
  readonly result: {
    /** The position of the item, from 0, where results name it. */
    readonly position?: string;
    /** JSON Pointers in one result. */
    readonly status?: string;
    readonly error?: string;
    readonly record?: string;
    /** The id of the record that exists already, in a result that says so. */
    readonly existing?: string;
  };
}

/** BatchJob is work that a system does after it has answered; it is asked for until it is done. */
export interface BatchJob {
  /** JSON Pointer of the job's id in the answer to the batch. */
  readonly id: string;
  /** Path of the job, with `{id}`. */
  readonly path: string;
  /** Condition on an answer that says that the job has ended. */
  readonly done: Condition;
  readonly everyMs: number;
  /** After this time the results are not known. */
  readonly withinMs: number;
}

/** OutcomeRule overrides the default reading of an answer; the first rule that fits wins. */
export interface OutcomeRule {
  readonly status?: readonly number[];
  /** Text that the body contains. */
  readonly bodyContains?: string;
  /** Condition on the JSON body. */
  readonly when?: Condition;
  readonly outcome: OutcomeKind;
  readonly message?: string;
}

/**
 * OutcomeKind is what an answer means for the request: done; try again; wait for the budget; refresh the token first;
 * park this record; stop the run, since no other request can fare better; wait until a person has authorized the account
 * anew; not known whether it was executed.
 */
export type OutcomeKind = 'ok' | 'retry' | 'rate-limited' | 'refresh-token' | 'park' | 'not-found' | 'version-conflict' | 'exists' | 'fail' | 'reconnect-needed' | 'unknown';
