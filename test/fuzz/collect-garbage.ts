// Loaded ahead of the server, into each of its threads: when the parent process asks, all of them collect their garbage
// and say what they hold. How much garbage lies about until then is V8's policy, and up to 200 MB.

import { setTimeout as sleep } from 'node:timers/promises';
import { isMainThread } from 'node:worker_threads';
import { heldBytes } from '../../telemetry-ingest/test/faults/held-bytes.ts';

/** For the threads to answer, and for the system to get back what is given up behind the collection. */
const SETTLE_MS = 2_000;

const threads = new BroadcastChannel('collect-garbage');
if (isMainThread) {
  let ofThreads = 0;
  threads.onmessage = ({ data }: MessageEvent<unknown>) => {
    if (typeof data === 'number') ofThreads += data;
  };
  process.on('message', async () => {
    ofThreads = 0;
    threads.postMessage('collect');
    await sleep(SETTLE_MS);
    process.send?.(heldBytes() + ofThreads);
  });
} else
  threads.onmessage = ({ data }: MessageEvent<unknown>) => {
    if (data === 'collect') threads.postMessage(heldBytes());
  };
