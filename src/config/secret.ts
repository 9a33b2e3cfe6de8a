import { inspect } from 'node:util';

const hidden = '[secret]';

/** Secret holds a text that must not be printed by accident: as text, as JSON and in the console it is `[secret]`. */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** reveal gives the text itself; call it only where the text is sent. */
  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return hidden;
  }

  toJSON(): string {
    return hidden;
  }

  [inspect.custom](): string {
    return hidden;
  }
}
