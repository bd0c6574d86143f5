// How long the oldest sample has been waiting. Marks of (samples appended by then, time) are dropped once as many have
// left the spool; segments leave in the order in which they came, but for those that wait for another instance.

export class Lag {
  readonly #everyMs: number;
  #marks: { readonly appended: number; readonly atMs: number }[] = [];

  /** Remembers one moment in `everyMs`: that is how exact the answer is. */
  constructor(everyMs: number) {
    this.#everyMs = everyMs;
  }

  /** Age of the oldest of `appended - gone` samples, in ms; 0 when none waits. */
  update(appended: number, gone: number, nowMs: number): number {
    const last = this.#marks.at(-1);
    if (
      appended > (last?.appended ?? 0) &&
      (!last || nowMs - last.atMs >= this.#everyMs || nowMs < last.atMs)
    ) {
      this.#marks.push({ appended, atMs: nowMs });
    }
    const first = this.#marks.findIndex((mark) => mark.appended > gone);
    this.#marks = first < 0 ? this.#marks.slice(-1) : this.#marks.slice(first);
    const oldest = this.#marks[0];
    return appended > gone && oldest ? Math.max(0, nowMs - oldest.atMs) : 0;
  }
}
