// Runs asynchronous jobs, a fixed number at once, those of higher priority first, else in the order they came.

export interface JobPool {
  run<T>(priority: number, job: () => Promise<T>): Promise<T>;
}

export function createJobPool(limit: number): JobPool {
  const waiting: { priority: number; start: () => void }[] = [];
  let running = 0;
  const next = () => {
    while (running < limit && waiting.length > 0) {
      let best = 0;
      for (let i = 1; i < waiting.length; i++) if (waiting[i]!.priority > waiting[best]!.priority) best = i;
      running++;
      waiting.splice(best, 1)[0]!.start();
    }
  };
  return {
    run: (priority, job) =>
      new Promise((resolve, reject) => {
        const start = () => {
          job()
            .then(resolve, reject)
            .finally(() => {
              running--;
              next();
            });
        };
        waiting.push({ priority, start });
        next();
      }),
  };
}
