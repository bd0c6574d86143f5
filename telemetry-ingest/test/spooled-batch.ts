// A batch as it waits in the spool, with a default for every column.

import { randomUUID } from 'node:crypto';
import type { SpooledBatch } from '../src/spool/frame.ts';

export const spooledBatch = (overrides: Partial<SpooledBatch> = {}): SpooledBatch => ({
  batch_id: randomUUID(),
  samples: 5,
  rejected: 2,
  received_ms: Date.now(),
  ts_ms: Date.now(),
  device_class: 'linux-x86_64/x86-64-v3/m/x',
  device: '18446744073709551615',
  tag: '@a/b',
  variant: '0123456789abcdef',
  sdk: 'node 24',
  cause: 'auto',
  clock_ns: 1,
  operator: ["o'1\\", 'o2'],
  specialization: ['s', 's'],
  operator_variant: ['v1', 'v2'],
  features: [[1.5, 2], []],
  work_bucket: [2, 0],
  node: [0, 0xffffffff],
  calls: [100, 7],
  samples_ns: [
    [10, 20.5],
    [1000, 2000, 3_600_000_000_000],
  ],
  rejected_code: ['EP_UNKNOWN_NODE'],
  rejected_message: ['no node'],
  rejected_node: [9],
  rejected_samples: [2],
  ...overrides,
});
