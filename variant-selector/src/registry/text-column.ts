// Short texts without commas, one after another, as bytes: thousands of small strings that wait for a second would be
// moved by every collection of the garbage collector's young generation, and fetches wait for it.

const FIRST_BYTES = 1024;
/** What is gathered as a text before it becomes bytes: a call for each text would take longer than all else of adding. */
const GATHERED = 1024;

export class TextColumn {
  #bytes = Buffer.allocUnsafe(FIRST_BYTES);
  #length = 0;
  /** What came last, a comma before each but the first of all. */
  #newest = '';

  /** Adds an ASCII text. */
  add(text: string): void {
    this.#newest += this.#length + this.#newest.length === 0 ? text : `,${text}`;
    if (this.#newest.length >= GATHERED) this.#write();
  }

  /** All of them, with commas between. */
  toString(): string {
    this.#write();
    return this.#bytes.toString('latin1', 0, this.#length);
  }

  #write(): void {
    const needed = this.#length + this.#newest.length;
    if (needed > this.#bytes.length) {
      const more = Buffer.allocUnsafe(2 * needed);
      more.set(this.#bytes);
      this.#bytes = more;
    }
    this.#length += this.#bytes.write(this.#newest, this.#length, 'latin1');
    this.#newest = '';
  }
}
