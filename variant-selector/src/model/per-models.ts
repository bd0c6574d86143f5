// What is worked out once for each set of models and forgotten with it.

import type { Models } from './fit.ts';

export class PerModels<Value> {
  readonly #byModels = new WeakMap<Models, Map<string, Value>>();

  /** What `key` names for these models; made at the first asking. */
  of(models: Models, key: string, make: () => Value): Value {
    let byKey = this.#byModels.get(models);
    if (byKey === undefined) {
      byKey = new Map();
      this.#byModels.set(models, byKey);
    }
    let value = byKey.get(key);
    if (value === undefined) {
      value = make();
      byKey.set(key, value);
    }
    return value;
  }
}
