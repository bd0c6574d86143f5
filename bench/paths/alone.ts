// What a function's programs would cost if each were compiled by itself: its own glue and kernels, one after another
// with plain compiler processes, and a link. What a target's toolchain needs once (stub libraries, builtins) is left
// out: an SDK would bring it.

import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BuildResult, buildFunction, type IrModule, machineDependencies } from '@everypath/compiler';
import type { TargetName } from '@everypath/schema';
import { timeCpu } from './cpu-time.ts';

export interface AloneCost {
  /** CPU of all programs, each by itself: the mean of the sample times their number. */
  readonly cpuSeconds: number;
  readonly sampled: number;
  /** CPU of one program, by target. */
  readonly perProgram: readonly { readonly target: TargetName; readonly cpuSeconds: number }[];
}

export interface AloneSample {
  readonly module: IrModule;
  /** What was built of it: says how many programs each target has. */
  readonly built: BuildResult;
  /** Any other small module: brings the targets' support into the folder. */
  readonly primer: IrModule;
  readonly targets: readonly TargetName[];
}

/** Builds one program on each of `targets`, each in a folder that has the target's support and nothing else. */
export async function costAlone({ module, built, primer, targets }: AloneSample): Promise<AloneCost> {
  const folder = mkdtempSync(join(tmpdir(), 'everypath-alone-'));
  try {
    const primed = join(folder, 'primed');
    await buildFunction(primer, { cacheDir: primed, targets, budget: 1 });
    const perProgram: AloneCost['perProgram'][number][] = [];
    for (const [index, target] of targets.entries()) {
      const cacheDir = join(folder, String(index));
      cpSync(primed, cacheDir, { recursive: true });
      const machine = machineDependencies();
      const deps = { ...machine, env: { ...machine.env, EVERYPATH_STAYING_TOOLS: 'off' } };
      const { cpuSeconds } = await timeCpu(() =>
        buildFunction(module, { cacheDir, targets: [target], budget: 1 }, deps),
      );
      perProgram.push({ target, cpuSeconds });
    }
    const mean = perProgram.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0) / perProgram.length;
    const cpuSeconds = built.targets.reduce((sum, { target, variants }) => {
      const own = perProgram.find((program) => program.target === target)?.cpuSeconds ?? mean;
      return sum + own * variants;
    }, 0);
    return { cpuSeconds, sampled: perProgram.length, perProgram };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
