// A device of the demo as the demo sees it, wherever it runs.

import type { Value } from '@everypath/client';
import type { DeviceFeatures, IsaLevel, TargetName } from '@everypath/schema';
import type { Candidate, MeasureOptions, SessionSetup, Visit, VisitOptions } from './device-session.ts';

export interface DemoDevice {
  /** `native x86-64-v3`, `node wasm`, `chromium`. */
  readonly name: string;
  readonly target: TargetName;
  readonly isaLevel: IsaLevel;
  /** What it says it has installed. */
  readonly libraries: readonly string[];
  readonly features?: Partial<DeviceFeatures>;
  visit(setup: SessionSetup, inputs: readonly Value[], options: VisitOptions): Promise<Visit[]>;
  measure(
    setup: SessionSetup,
    inputs: readonly Value[],
    candidates: readonly Candidate[],
    options: MeasureOptions,
  ): Promise<Record<string, number>>;
  close(): Promise<void>;
}
