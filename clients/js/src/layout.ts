// The numbers of `schema/include/everypath.h`: sizes and offsets of its structures. No behaviour.

import type { Dtype } from '@everypath/schema';

export const ABI_VERSION = 1;
export const MAX_RANK = 8;

/** `ep_value`. */
export const VALUE = {
  bytes: 168,
  kind: 0,
  dtype: 4,
  rank: 8,
  flags: 12,
  as: 16,
  size: 24,
  owner: 32,
  shape: 40,
  strides: 104,
} as const;

/** `ep_error`, and `ep_frame` within it. */
export const ERROR = {
  bytes: 1024,
  status: 0,
  frameCount: 4,
  type: 8,
  typeBytes: 56,
  message: 64,
  messageBytes: 448,
  frames: 512,
  maxFrames: 8,
  frameBytes: 64,
  frameFunction: 8,
  frameFunctionBytes: 56,
} as const;

/** `ep_probe_record`. */
export const RECORD = {
  bytes: 328,
  node: 0,
  featureCount: 4,
  features: 8,
  maxFeatures: 4,
  calls: 40,
  totalNs: 48,
  minNs: 56,
  maxNs: 64,
  samplesNs: 72,
  maxSamples: 32,
} as const;

/** `ep_status`. */
export const STATUS = { ok: 0, raised: 1, invalidArgument: 2, outOfMemory: 3, unsupported: 4 } as const;

/** `ep_kind`. */
export const KIND = {
  none: 0,
  bool: 1,
  int: 2,
  float: 3,
  str: 4,
  bytes: 5,
  scalar: 6,
  array: 7,
  image: 8,
  tuple: 9,
  list: 10,
  dict: 11,
} as const;

/** `ep_dtype` is a dtype's place here. */
export const DTYPE_NAMES: readonly Dtype[] = [
  'bool',
  'int8',
  'int16',
  'int32',
  'int64',
  'uint8',
  'uint16',
  'uint32',
  'uint64',
  'float16',
  'float32',
  'float64',
  'complex64',
  'complex128',
];

/** Bytes of one element, in the order of `DTYPE_NAMES`. */
export const ITEM_BYTES: readonly number[] = [1, 1, 2, 4, 8, 1, 2, 4, 8, 2, 4, 8, 8, 16];

export const alignTo16 = (bytes: number): number => (bytes + 15) & ~15;
