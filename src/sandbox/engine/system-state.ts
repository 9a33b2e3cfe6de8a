import { join } from 'node:path';
import { Collection, type CollectionOptions } from './collection.js';
import { OpLog, type Op } from './op-log.js';
import type { RecordValue, Row, SeededRecord } from './record.js';
import { isoMillis } from './times.js';

/** seedGeneration is raised whenever seeding makes other records than before, since old logs then replay wrongly. */
const seedGeneration = 1;

/** SeedRequest asks for made-up records; the same request always makes the same records. */
export interface SeedRequest {
  readonly count: number;
  readonly seed: number;
  /** Share of the records that are untidy, 0 to 1. */
  readonly messy: number;
  /** Index of the first record within the seed. */
  readonly from: number;
}

/** Seeder makes records of one object, and may look at the other objects of its system. */
export type Seeder = (request: SeedRequest, system: SystemState) => SeededRecord[];

/** ObjectDescription is one object of a system: how its records are kept and how they are made up. */
export interface ObjectDescription extends CollectionOptions {
  readonly seeder?: Seeder;
}

/** WriteContext is what the op log says about a write besides the fields. */
export interface WriteContext {
  readonly by: 'api' | 'admin';
  readonly idempotencyKey?: string | undefined;
  readonly requestHash?: string | undefined;
}

/** Change is told to listeners after each write, and again for each write replayed at the start. */
export interface Change {
  readonly op: Op;
  readonly row: Row;
  readonly replayed: boolean;
}

/** apiWrite is the context of a plain request. */
export const apiWrite: WriteContext = { by: 'api' };

/** SystemState is all records of one simulated system, and the log from which they can be rebuilt. */
export class SystemState {
  readonly name: string;
  readonly collections: ReadonlyMap<string, Collection>;
  readonly #seeders = new Map<string, Seeder>();
  readonly #listeners: ((change: Change) => void)[] = [];
  /** How many records of an object have been seeded with a seed, by `object/seed`. */
  readonly #seeded = new Map<string, number>();
  #log: OpLog | undefined;
  #lastSeq = 0;

  constructor(name: string, objects: readonly ObjectDescription[]) {
    this.name = name;
    this.collections = new Map(objects.map((options) => [options.object, new Collection(options)]));
    for (const { object, seeder } of objects) if (seeder !== undefined) this.#seeders.set(object, seeder);
  }

  /** open rebuilds the state from its log in the folder; without a folder everything stays in memory. */
  async open(folder: string | undefined): Promise<void> {
    const path = folder === undefined ? undefined : join(folder, `${this.name}.ops.jsonl`);
    this.#log = await OpLog.open(path, (op) => {
      this.#replay(op);
    });
  }

  /** empty is true when nothing was ever written. */
  get empty(): boolean {
    return this.#lastSeq === 0;
  }

  get lastSeq(): number {
    return this.#lastSeq;
  }

  onChange(listener: (change: Change) => void): void {
    this.#listeners.push(listener);
  }

  /** collection returns an object's records; throws when the system has no such object. */
  collection(object: string): Collection {
    const found = this.collections.get(object);
    if (found === undefined) throw new Error(`system ${this.name} has no object ${object}`);
    return found;
  }

  create(collection: Collection, fields: RecordValue, context: WriteContext): Row {
    const atMs = collection.nextTime(Date.now());
    const row = collection.create(fields, atMs);
    this.#record('create', collection, row, fields, atMs, context);
    return row;
  }

  /** update changes fields; `archive` and a soft `delete` are updates under their own names. */
  update(collection: Collection, row: Row, fields: RecordValue, context: WriteContext, op: 'update' | 'archive' | 'delete' = 'update'): void {
    const atMs = collection.nextTime(Date.now(), row);
    collection.update(row, fields, atMs);
    this.#record(op, collection, row, fields, atMs, context);
  }

  /** remove takes a record away for good. */
  remove(collection: Collection, row: Row, context: WriteContext): void {
    collection.remove(row);
    this.#record('delete', collection, row, undefined, Date.now(), context);
  }

  /** seed adds made-up records and returns how many; undefined when the object cannot be seeded. */
  seed(object: string, request: Omit<SeedRequest, 'from'>): number | undefined {
    if (!this.#seeders.has(object)) return undefined;
    const from = this.#seeded.get(`${object}/${request.seed}`) ?? 0;
    const fields = { count: request.count, seed: request.seed, messy: request.messy, from, generation: seedGeneration };
    const added = this.#seed(object, { ...request, from });
    this.#lastSeq += 1;
    this.#append({ seq: this.#lastSeq, at: isoMillis(Date.now()), system: this.name, object, op: 'seed', id: '', by: 'admin', fields });
    return added;
  }

  /** settled resolves once every write so far is in the log; undefined where nothing is waited for. */
  settled(): Promise<void> | undefined {
    return this.#log?.settled();
  }

  /** logLines reads the log after the given number, one line of JSON at a time. */
  async *logLines(afterSeq: number): AsyncGenerator<string> {
    if (this.#log !== undefined) yield* this.#log.lines(afterSeq);
  }

  /** reset forgets every record and the log. */
  async reset(): Promise<void> {
    for (const collection of this.collections.values()) collection.clear();
    this.#seeded.clear();
    this.#lastSeq = 0;
    await this.#log?.clear();
  }

  async close(): Promise<void> {
    await this.#log?.close();
  }

  #record(op: Op['op'], collection: Collection, row: Row, fields: RecordValue | undefined, atMs: number, context: WriteContext): void {
    this.#lastSeq += 1;
    const line: Op = {
      seq: this.#lastSeq,
      at: isoMillis(atMs),
      system: this.name,
      object: collection.options.object,
      op,
      id: row.id,
      by: context.by,
      fields,
      idempotencyKey: context.idempotencyKey,
      requestHash: context.requestHash,
      keys: collection.keys(row),
    };
    this.#append(line);
    for (const listener of this.#listeners) listener({ op: line, row, replayed: false });
  }

  #append(op: Op): void {
    if (this.#log === undefined) throw new Error(`system ${this.name} is not open`);
    this.#log.append(op);
  }

  #seed(object: string, request: SeedRequest): number {
    const seeder = this.#seeders.get(object);
    if (seeder === undefined) throw new Error(`object ${object} cannot be seeded`);
    this.#seeded.set(`${object}/${request.seed}`, request.from + request.count);
    return this.collection(object).load(seeder(request, this));
  }

  #replay(op: Op): void {
    if (op.seq !== this.#lastSeq + 1) throw new Error(`number ${op.seq} follows number ${this.#lastSeq}`);
    this.#lastSeq = op.seq;
    const collection = this.collection(op.object);
    const fields = op.fields ?? {};
    if (op.op === 'seed') {
      if (fields['generation'] !== seedGeneration) throw new Error('the records were seeded by another version');
      this.#seed(op.object, fields as unknown as SeedRequest);
      return;
    }
    const atMs = Date.parse(op.at);
    const row = op.op === 'create' ? collection.create(fields, atMs) : collection.get(op.id);
    if (row === undefined || row.id !== op.id) throw new Error(`there is no record ${op.id}`);
    if (op.op !== 'create') {
      if (op.fields === undefined) collection.remove(row);
      else collection.update(row, fields, atMs);
    }
    for (const listener of this.#listeners) listener({ op, row, replayed: true });
  }
}
