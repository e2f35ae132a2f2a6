import { inspect } from 'node:util';

const SHOWN = '[hidden]';

/**
 * A value that must not be printed: `reveal` gives it, while JSON, string conversion and Node's inspection (and so every
 * logger and every error message) show `[hidden]`.
 */
export class Hidden<T> {
  readonly #value: T;

  constructor(value: T) {
    this.#value = value;
  }

  reveal(): T {
    return this.#value;
  }

  toJSON(): string {
    return SHOWN;
  }

  toString(): string {
    return SHOWN;
  }

  [inspect.custom](): string {
    return SHOWN;
  }
}
