// The IR's text form as tokens: words, `%` values, numbers, JSON strings and punctuation. Errors name the line; the
// text is written by this program or by its authors, so the first error ends the reading.

const TOKEN =
  /\s+|;[^\n]*|(?<token>"(?:[^"\\]|\\.)*"|%\d+|-?\d[\w.+-]*|-inf\b|[\p{L}_][\p{L}\p{N}_.]*|.)/gsuy;

/** Thrown for text that is not IR. */
export class IrTextError extends Error {
  override readonly name = 'IrTextError';
}

export class TextReader {
  readonly #tokens: { readonly text: string; readonly line: number }[] = [];
  #at = 0;

  constructor(text: string) {
    let line = 1;
    for (const match of text.matchAll(TOKEN)) {
      const token = match.groups?.token;
      if (token !== undefined) this.#tokens.push({ text: token, line });
      line += match[0].split('\n').length - 1;
    }
  }

  /** The next token without taking it; '' at the end. */
  peek(ahead = 0): string {
    return this.#tokens[this.#at + ahead]?.text ?? '';
  }

  next(): string {
    const token = this.peek();
    this.#at++;
    return token;
  }

  /** Takes the token if it is the next one. */
  take(token: string): boolean {
    if (this.peek() !== token) return false;
    this.#at++;
    return true;
  }

  expect(token: string): void {
    if (!this.take(token)) this.fail(`'${token}'`);
  }

  word(): string {
    const token = this.next();
    return /^[\p{L}_]/u.test(token) ? token : this.fail('a word', token);
  }

  string(): string {
    const token = this.next();
    return token.startsWith('"') ? (JSON.parse(token) as string) : this.fail('a string', token);
  }

  integer(): number {
    const token = this.next();
    return /^-?\d+$/.test(token) ? Number(token) : this.fail('an integer', token);
  }

  value(): number {
    const token = this.next();
    return /^%\d+$/.test(token) ? Number(token.slice(1)) : this.fail('a value', token);
  }

  /** `open item, item, … close`. */
  list<T>(open: string, close: string, item: () => T): T[] {
    this.expect(open);
    const items: T[] = [];
    while (!this.take(close)) {
      if (items.length > 0) this.expect(',');
      items.push(item());
    }
    return items;
  }

  fail(expected: string, found = this.peek()): never {
    const line = this.#tokens[Math.min(this.#at, this.#tokens.length - 1)]?.line ?? 1;
    throw new IrTextError(`line ${line}: expected ${expected}, found '${found}'`);
  }
}
