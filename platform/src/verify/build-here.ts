// One program of a module for the machine at hand: whichever path its processor can run and needs nothing installed,
// through the object cache.

import { hostTarget } from '@everypath/client';
import { type BuildResult, buildFunction, type IrModule } from '@everypath/compiler';
import { deviceRuns, type IsaLevel, type TargetName } from '@everypath/schema';

export interface BuiltHere {
  readonly file: string;
  readonly target: TargetName;
}

/** Paths to try: a covering selection this small holds one that any processor runs. */
const FEW = 1;

function pick(result: BuildResult, target: TargetName, has: IsaLevel): BuiltHere | null {
  const variant = result.publication.variants.find((each) => deviceRuns({ isaLevel: has }, each));
  const file = variant && result.files.get(variant.id);
  return file ? { file, target } : null;
}

/** Builds one program of `module` that this processor, of level `has`, runs. Throws where there is none. */
export async function buildHere(module: IrModule, cacheDir: string, has: IsaLevel): Promise<BuiltHere> {
  const target = hostTarget();
  if (target === undefined) throw new Error('programs cannot be run on this machine');
  for (const budget of [FEW, undefined]) {
    const result = await buildFunction(module, {
      targets: [target],
      cacheDir,
      ...(budget ? { budget } : {}),
    });
    const built = pick(result, target, has);
    if (built) return built;
    const reason = result.diagnostics[0]?.message;
    if (reason) throw new Error(reason);
  }
  throw new Error(`no path of ${module.tag} runs on a processor of level ${has}`);
}
