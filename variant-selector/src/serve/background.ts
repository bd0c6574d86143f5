// Work that may wait, done a piece at a time: between two pieces the event loop answers what came in, so that a fetch
// waits for one piece at most. In the thread that serves.

export class Background {
  readonly #pieces: (() => void)[] = [];
  #running: Promise<void> | null = null;

  /** Queues a piece; one that throws stops the process, as any callback does. */
  add(piece: () => void): void {
    this.#pieces.push(piece);
    this.#running ??= this.#run();
  }

  /** Resolves when nothing waits. */
  async idle(): Promise<void> {
    while (this.#running !== null) await this.#running;
  }

  #run(): Promise<void> {
    return new Promise((resolve) => {
      const next = (): void => {
        this.#pieces.shift()?.();
        if (this.#pieces.length > 0) {
          setImmediate(next);
          return;
        }
        this.#running = null;
        resolve();
      };
      setImmediate(next);
    });
  }
}
