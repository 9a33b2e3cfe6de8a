/** ValueShape is the JSON type of a value, or the format of a text: what a mapping relies on. */
export type ValueShape = 'text' | 'email' | 'date' | 'datetime' | 'uuid' | 'url' | 'numeric-text' | 'integer' | 'decimal' | 'boolean' | 'list' | 'object';

/** FieldProfile is what the sampled values of a field look like. */
export interface FieldProfile {
  /** Share of the records that have a value there, 0 to 1; null and the empty text are none. */
  readonly present: number;
  /** How many values have each shape. */
  readonly shapes: Readonly<Partial<Record<ValueShape, number>>>;
  /** The values, sorted, where there are few of them that come again and again; null elsewhere. */
  readonly values: readonly string[] | null;
}

/** ObjectProfile is what the sampled records of an object look like, by JSON Pointer. */
export interface ObjectProfile {
  readonly records: number;
  readonly fields: Readonly<Record<string, FieldProfile>>;
}

/** DriftKind is what became of a field; the first four put it into quarantine where a sync maps it. */
export type DriftKind = 'vanished' | 'rarer' | 'type' | 'format' | 'new-values' | 'new-field';

/** FieldDrift is one difference between what a field looked like and what it looks like now. */
export interface FieldDrift {
  /** JSON Pointer in a record of the source. */
  readonly field: string;
  readonly kind: DriftKind;
  /** Plain sentence. */
  readonly summary: string;
}

/** Quarantine is a source field whose mapping is left out of writes until a person says otherwise. */
export interface Quarantine extends FieldDrift {
  readonly id: string;
  readonly system: string;
  readonly object: string;
  readonly beganAt: Date;
}

/** WatchDriftInput names the system that is looked at. */
export interface WatchDriftInput {
  readonly system: string;
}

/** SampledObject is what the sampling of one object came to; records stay out of histories. */
export interface SampledObject {
  readonly object: string;
  readonly records: number;
  readonly drifts: number;
  readonly quarantined: number;
  readonly notificationIds: readonly string[];
}

/** WatchDriftResult is what a look at a system came to. */
export interface WatchDriftResult {
  readonly system: string;
  readonly objects: readonly SampledObject[];
}

/** DriftActivities are the activities of the watch over how the records of systems look. */
export interface DriftActivities {
  /** Gives the objects of a system whose fields some sync maps. */
  findWatched(input: WatchDriftInput): Promise<{ readonly objects: readonly string[] }>;
  /** Samples one object, compares it with its baseline, quarantines what changed, and stores what people are told. */
  sampleObject(input: { readonly system: string; readonly object: string }): Promise<SampledObject>;
}
