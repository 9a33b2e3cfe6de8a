import type { Json } from '../../contracts/json.js';

/** RecordValue is a record as the system's API shows it. */
export interface RecordValue {
  [field: string]: Json;
}

/** Position is a place in an order of rows: by time of change, then by age. */
export interface Position {
  /** Unix milliseconds, rounded down to what the system shows. */
  readonly updatedMs: number;
  /** The row is the n-th ever made of its object, counting from 1. */
  readonly ordinal: number;
}

/** Row is a stored record with what its collection keeps about it. */
export interface Row extends Position {
  readonly id: string;
  readonly createdMs: number;
  updatedMs: number;
  /** 1 when made, one more with each change. */
  revision: number;
  value: RecordValue;
}

/** SeededRecord is a record that seeding made, with its own times. */
export interface SeededRecord {
  readonly fields: RecordValue;
  readonly createdMs: number;
  readonly updatedMs: number;
}
