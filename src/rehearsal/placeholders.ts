import type { HandoffField } from '../contracts/handoff-definition.js';
import type { Json, JsonObject } from '../contracts/json.js';
import { compileGetter } from '../domain/json-pointer.js';

/** Placeholders stand for values that only a system can give, such as the id of a record that a test does not make. */
export class Placeholders {
  private readonly known = new Set<string>();

  /** make is the placeholder for a value: `<id of project>` for `id of project`. */
  make(what: string): string {
    const text = `<${what}>`;
    this.known.add(text);
    return text;
  }

  /** is says whether a value is a placeholder. */
  is(value: Json | undefined): value is string {
    return typeof value === 'string' && this.known.has(value);
  }

  /**
   * standIn makes of fields those that hand a placeholder on as it is: the id that will stand there is a number where
   * the field wants one, which its placeholder cannot be.
   */
  standIn(fields: readonly HandoffField[], values: JsonObject): readonly HandoffField[] {
    return fields.map((field): HandoffField => {
      if (field.kind === 'text') return field;
      if (field.kind === 'items') return { ...field, items: field.items.map((item) => this.standIn(item, values)) };
      const { from, to } = field.mapping;
      if (!from.some((place) => this.is(compileGetter(place)(values)))) return field;
      const [only] = from;
      const constant = from.length === 1 && only !== undefined ? (compileGetter(only)(values) ?? null) : this.make(`made of ${from.join(', ')}`);
      return { kind: 'mapping', mapping: { from: [], to, constant, type: 'text', required: false, convert: [], repair: [], direction: 'forward' } };
    });
  }
}
