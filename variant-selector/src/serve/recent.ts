// A bounded memory: what was asked for lately stays, what was not goes. Two generations of a map, because a list in
// order of use would cost more to keep than most of what is remembered costs to make.

export class Recent<Value> {
  readonly #generation: number;
  #young = new Map<string, Value>();
  #old = new Map<string, Value>();

  /** Keeps between one and two times `generation` values. */
  constructor(generation: number) {
    this.#generation = generation;
  }

  get(key: string): Value | undefined {
    const young = this.#young.get(key);
    if (young !== undefined) return young;
    const old = this.#old.get(key);
    if (old !== undefined) this.set(key, old);
    return old;
  }

  set(key: string, value: Value): void {
    if (this.#young.size >= this.#generation) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(key, value);
  }
}
