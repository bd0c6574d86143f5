// The last n strings that were added; the oldest is forgotten first. Bounds what a stream of ids can cost.

export class RecentSet {
  readonly #capacity: number;
  readonly #items = new Set<string>();

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  has(item: string): boolean {
    return this.#items.has(item);
  }

  add(item: string): void {
    this.#items.add(item);
    if (this.#items.size <= this.#capacity) return;
    const oldest = this.#items.values().next();
    if (!oldest.done) this.#items.delete(oldest.value);
  }
}
