// What a thread holds when its garbage is collected.

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as (options: { type: 'major'; flavor: 'last-resort' }) => void;

/** Bytes of this thread's objects, and of what belongs to them outside of V8's heap. */
export function heldBytes(): number {
  collect({ type: 'major', flavor: 'last-resort' });
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
