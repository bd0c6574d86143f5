// Short texts without commas, one after another, as bytes: thousands of small strings that wait for a second would be
// moved by every collection of the garbage collector's young generation, and fetches wait for it.

const FIRST_BYTES = 1024;

export class TextColumn {
  #bytes = Buffer.allocUnsafe(FIRST_BYTES);
  #length = 0;

  /** Adds an ASCII text. */
  add(text: string): void {
    if (this.#length + text.length + 1 > this.#bytes.length) {
      const more = Buffer.allocUnsafe(2 * this.#bytes.length + text.length);
      more.set(this.#bytes);
      this.#bytes = more;
    }
    if (this.#length > 0) this.#length += this.#bytes.write(',', this.#length, 'latin1');
    this.#length += this.#bytes.write(text, this.#length, 'latin1');
  }

  /** All of them, with commas between. */
  toString(): string {
    return this.#bytes.toString('latin1', 0, this.#length);
  }
}
