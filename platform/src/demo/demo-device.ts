// A device of the demo as the demo sees it, wherever it runs.

import type { Value } from '@everypath/client';
import type { DeviceFeatures, IsaLevel, TargetName } from '@everypath/schema';
import type { SessionCall, SessionSetup, Visit, VisitOptions, Visitor } from './device-session.ts';
import type { Round } from './time-in-turns.ts';
import type { TimingOptions } from './time-programs.ts';

export interface DemoDevice {
  /** `native x86-64-v3`, `node wasm`, `chromium`. */
  readonly name: string;
  readonly target: TargetName;
  readonly isaLevel: IsaLevel;
  /** What it says it has installed. */
  readonly libraries: readonly string[];
  readonly features?: Partial<DeviceFeatures>;
  readonly session: DeviceSession;
  close(): Promise<void>;
}

export interface DeviceSession {
  visit(
    setup: SessionSetup,
    inputs: readonly Value[],
    visitor: Visitor,
    options: VisitOptions,
  ): Promise<Visit>;
  /** All who visited leave, and send what they measured. */
  report(): Promise<void>;
  /** Latencies of whole calls, by SHA-256. */
  time(
    setup: SessionSetup,
    inputs: readonly Value[],
    programs: readonly string[],
    options: TimingOptions,
  ): Promise<Round[]>;
}

/** The session behind a channel that carries calls and answers. A function's inputs go over once. */
export function sessionOver(ask: (call: SessionCall) => Promise<unknown>): DeviceSession {
  const held = new Set<string>();
  const hold = async (tag: string, inputs: readonly Value[]): Promise<void> => {
    if (!held.has(tag)) await ask({ kind: 'inputs', tag, inputs });
    held.add(tag);
  };
  return {
    async visit(setup, inputs, visitor, options) {
      await hold(setup.tag, inputs);
      return (await ask({ kind: 'visit', setup, visitor, options })) as Visit;
    },
    async report() {
      await ask({ kind: 'report' });
    },
    async time(setup, inputs, programs, options) {
      await hold(setup.tag, inputs);
      return (await ask({ kind: 'time', setup, programs, options })) as Round[];
    },
  };
}
