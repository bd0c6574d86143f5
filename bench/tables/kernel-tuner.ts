// The benchmark hub of the autotuning association: GPU kernels, each in thousands of configurations, timed on six GPUs. A
// variant is a configuration. Kernels whose files are kept elsewhere (Git LFS) are left out.

import { globSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Measurement } from './measurement.ts';

interface Cache {
  readonly device_name: string;
  /** By configuration; `time` in ms, a text where the configuration failed. */
  readonly cache: Readonly<Record<string, { readonly time: number | string }>>;
}

export function* readKernelTuner(checkout: string): Generator<Measurement> {
  const paths = globSync('cachefiles/*_milo/*.json.gz', { cwd: checkout }).sort();
  for (const path of paths.filter((each) => !/_T4|_original|_extended/.test(basename(each)))) {
    const packed = readFileSync(join(checkout, path));
    // A pointer to a file kept elsewhere is text.
    if (packed[0] !== 0x1f) continue;
    const { device_name: device, cache } = parse(gunzipSync(packed).toString());
    const features = { maker: device.split(' ')[0]! };
    for (const [variant, { time }] of Object.entries(cache)) {
      if (typeof time !== 'number') continue;
      yield {
        device,
        features,
        operator: basename(dirname(path)),
        variant,
        latencyUs: time * 1e3,
        meta: { stat: 'mean' },
      };
    }
  }
}

/** A tuner that was stopped leaves its file without the closing braces. */
function parse(text: string): Cache {
  const body = text.trimEnd();
  return JSON.parse(/\}\s*\}$/.test(body) ? body : `${body.replace(/,$/, '')}}}`) as Cache;
}
