// ncnn's published benchmark: some 40 networks on a hundred phones and boards, on so many threads or on the GPU. A device is a phone, an
// operator a network, a variant a way to run it; the lowest and the mean time are two measurements.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Measurement } from './measurement.ts';

const SETTING = /^\s*(num_threads|powersave|gpu_device)\s*=\s*(-?\d+)/;
const TIMES = /^\s*([\w.-]+)\s+min =\s*([\d.]+)\s+max =\s*[\d.]+\s+avg =\s*([\d.]+)/;

export function* readNcnn(checkout: string): Generator<Measurement> {
  let device = '';
  let features: Record<string, string | number> = {};
  let settings: Record<string, number> = {};
  for (const line of readFileSync(join(checkout, 'benchmark/README.md'), 'utf8').split('\n')) {
    if (/^##/.test(line)) {
      device = line.replace(/^#+/, '').trim();
      features = featuresOf(device);
      settings = {};
      continue;
    }
    const setting = SETTING.exec(line);
    if (setting !== null) settings[setting[1]!] = Number(setting[2]);
    const times = TIMES.exec(line);
    if (times === null || device === '' || Number(times[2]) <= 0) continue;
    const { num_threads: threads = 1, powersave = 0, gpu_device: gpu = -1 } = settings;
    for (const [stat, ms] of [
      ['min', times[2]],
      ['mean', times[3]],
    ] as const) {
      yield {
        device,
        features,
        operator: times[1]!,
        variant: `${gpu < 0 ? `${threads} threads` : 'gpu'}, powersave ${powersave}`,
        latencyUs: Number(ms) * 1e3,
        meta: { stat },
      };
    }
  }
}

/** As far as a heading tells: who made it, its core and its clock. */
function featuresOf(heading: string): Record<string, string | number> {
  const features: Record<string, string | number> = { maker: heading.split(' ')[0]! };
  const core = /Cortex-\w+|Kryo ?\w+/i.exec(heading)?.[0];
  if (core !== undefined) features.core = core;
  const clock = /([\d.]+) ?GHz/i.exec(heading)?.[1];
  if (clock !== undefined) features.ghz = Number(clock);
  return features;
}
