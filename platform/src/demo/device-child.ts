// The process that acts as the demo's Node devices, so that timing shares no event loop with the services.

import { createClient, openProgram } from '@everypath/client';
import { systemClock } from '../clock.ts';
import { openSession, type SessionCall } from './device-session.ts';

export interface DeviceRequest {
  readonly id: number;
  readonly call: SessionCall;
}

export interface DeviceReply {
  readonly id: number;
  readonly result?: unknown;
  readonly error?: string;
}

/** OpenBLAS's threads spin for some 30 ms after a product, on the processors that the next program would have. */
const LONGEST_REST_MS = 100;
const LOOK_MS = 1;
/** Of other threads' processor time in a look: less is nobody at work. */
const AT_WORK_MS = 0.25;

/** Waits until no other thread of the process works. Awake: a processor that slept is slow for some milliseconds. */
function rest(): void {
  const startMs = systemClock.ticksMs();
  for (let lookMs = startMs; lookMs < startMs + LONGEST_REST_MS; ) {
    const before = process.cpuUsage();
    const fromMs = lookMs;
    while (lookMs < fromMs + LOOK_MS) lookMs = systemClock.ticksMs();
    const { user, system } = process.cpuUsage(before);
    if ((user + system) / 1000 - (lookMs - fromMs) < AT_WORK_MS) return;
  }
}

const session = openSession({ createClient, openProgram, rest });

async function answer({ id, call }: DeviceRequest): Promise<DeviceReply> {
  try {
    return { id, result: await session(call) };
  } catch (error) {
    return { id, error: error instanceof Error ? error.message : String(error) };
  }
}

process.on('message', (request: DeviceRequest) => {
  void answer(request).then((reply) => process.send?.(reply));
});
process.on('disconnect', () => process.exit(0));
