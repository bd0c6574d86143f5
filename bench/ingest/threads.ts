// Where the processor's time goes while batches are taken: seconds by kind of thread of this process, which holds the
// service and its engine. Linux alone tells; elsewhere there is nothing to say.

import { readdirSync, readFileSync } from 'node:fs';

const TASKS = '/proc/self/task';
const TICKS_PER_SECOND = 100;
/** Of the fields after the name: ticks in user code and in the system. */
const USER_TICKS = 11;
const SYSTEM_TICKS = 12;

const KINDS = ['event loop', 'inserts', 'merges', 'disk writes and statements', 'the rest'] as const;
export type ThreadKind = (typeof KINDS)[number];
export type ThreadSeconds = Readonly<Record<ThreadKind, number>>;

function kindOf(id: string, name: string): ThreadKind {
  if (Number(id) === process.pid) return 'event loop';
  if (name === 'ThreadPool' || name.startsWith('Query')) return 'inserts';
  if (name === 'MergeMutate') return 'merges';
  return name === 'libuv-worker' ? 'disk writes and statements' : 'the rest';
}

/** Seconds since the process began, or undefined where the system does not say. */
export function threadSeconds(): ThreadSeconds | undefined {
  if (process.platform !== 'linux') return undefined;
  const seconds = Object.fromEntries(KINDS.map((kind) => [kind, 0])) as Record<ThreadKind, number>;
  for (const id of readdirSync(TASKS)) {
    const stat = readStat(id);
    const nameEnd = stat.lastIndexOf(')');
    const fields = stat.slice(nameEnd + 2).split(' ');
    const ticks = Number(fields[USER_TICKS] ?? 0) + Number(fields[SYSTEM_TICKS] ?? 0);
    seconds[kindOf(id, stat.slice(stat.indexOf('(') + 1, nameEnd))] += ticks / TICKS_PER_SECOND;
  }
  return seconds;
}

/** Empty for a thread that has ended since it was listed. */
function readStat(id: string): string {
  try {
    return readFileSync(`${TASKS}/${id}/stat`, 'utf8');
  } catch {
    return '';
  }
}

/** What was used between two readings; a thread that ended takes its seconds with it. */
export const secondsBetween = (before: ThreadSeconds, after: ThreadSeconds): ThreadSeconds =>
  Object.fromEntries(KINDS.map((kind) => [kind, Math.max(0, after[kind] - before[kind])])) as Record<
    ThreadKind,
    number
  >;
