// What a decision is made from and what comes out: the words that the parts of the policy share.

import type { Cause, Reason, Variant } from '@everypath/schema';
import type { IsaRanks } from '../model/cold-prior.ts';
import type { Models } from '../model/fit.ts';
import type { DeviceView } from './eligible.ts';

/** The models and what they were fitted beside; replaced as a whole. */
export interface Knowledge {
  readonly models: Models;
  readonly ranks: IsaRanks;
  /** Counts the fits that saw new samples: the decision epoch. */
  readonly generation: number;
}

export interface Ask {
  readonly device: DeviceView;
  /** Hash of the device's id. */
  readonly deviceId: string;
  readonly variant?: string | undefined;
  readonly explore: boolean;
  readonly bench: boolean;
}

export interface Answer {
  readonly variant: Variant;
  readonly reason: Reason;
  readonly cause: Cause;
  /** Probability with which the policy serves this variant to this device; 1 where it has no say. */
  readonly propensity: number;
  readonly predictedNs: number | null;
  /** Of the models that it was decided by. */
  readonly generation: number;
}

/** The class that a device is known by. */
export const classOf = (device: DeviceView): string => device.classPath.at(-1) ?? device.target;
