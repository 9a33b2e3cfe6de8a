import type { Json } from '../../contracts/json.js';

/** LookupOptions say how records are found by the value of a field. */
export interface LookupOptions {
  /** Two records never share a value. */
  readonly unique: boolean;
  /** Compared without regard to case. */
  readonly ignoreCase?: boolean;
}

/** LookupIndex finds the ids of the records that carry a value in one field; blank values are not kept. */
export class LookupIndex {
  readonly #ignoreCase: boolean;
  // Most values belong to one record, and a bare id costs far less memory than a list of one.
  readonly #ids = new Map<string, string | string[]>();

  constructor(options: LookupOptions) {
    this.#ignoreCase = options.ignoreCase === true;
  }

  add(value: Json | undefined, id: string): void {
    const key = this.#key(value);
    if (key === undefined) return;
    const known = this.#ids.get(key);
    if (known === undefined) this.#ids.set(key, id);
    else if (typeof known === 'string') this.#ids.set(key, [known, id]);
    else known.push(id);
  }

  remove(value: Json | undefined, id: string): void {
    const key = this.#key(value);
    if (key === undefined) return;
    const known = this.#ids.get(key);
    if (known === id) this.#ids.delete(key);
    else if (Array.isArray(known)) {
      const index = known.indexOf(id);
      if (index >= 0) known.splice(index, 1);
      if (known.length === 0) this.#ids.delete(key);
    }
  }

  /** find returns the ids in the order in which they were added. */
  find(value: Json | undefined): readonly string[] {
    const key = this.#key(value);
    const known = key === undefined ? undefined : this.#ids.get(key);
    if (known === undefined) return [];
    return typeof known === 'string' ? [known] : known;
  }

  clear(): void {
    this.#ids.clear();
  }

  #key(value: Json | undefined): string | undefined {
    const text = typeof value === 'number' ? String(value) : value;
    if (typeof text !== 'string' || text === '') return undefined;
    return this.#ignoreCase ? text.toLowerCase() : text;
  }
}
