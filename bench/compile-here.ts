// Every path of an example, compiled for the machine at hand: what the suites measure.

import { readFileSync } from 'node:fs';
import { detectDevice, hostTarget } from '@everypath/client';
import { buildFunction, createFrontend, type IrModule } from '@everypath/compiler';
import { deviceRuns } from '@everypath/schema';

export interface CompiledPath {
  /** The operator variants along the path, joined by `+`; `only` where there is no choice. */
  readonly name: string;
  readonly file: string;
}

/** The typed module of a Python file. Throws with the compiler's reason where it has none. */
export async function moduleOf(file: string): Promise<IrModule> {
  const frontend = await createFrontend();
  try {
    const { module, diagnostics } = await frontend.compileSource({
      source: readFileSync(file, 'utf8'),
      file,
    });
    if (module) return module;
    const reason = diagnostics.map(({ message, span }) => `${file}:${span?.line ?? 1}: ${message}`);
    throw new Error(reason.join('\n'));
  } finally {
    await frontend.close();
  }
}

/** Builds all paths that this processor runs. */
export async function compileHere(file: string, cacheDir: string): Promise<readonly CompiledPath[]> {
  const target = hostTarget();
  if (target === undefined) throw new Error('programs cannot be run on this machine');
  const device = await detectDevice();
  const result = await buildFunction(await moduleOf(file), { targets: [target], cacheDir });
  return result.publication.variants
    .filter((variant) => deviceRuns(device, variant))
    .map((variant) => ({
      name: variant.path.length === 0 ? 'only' : variant.path.join('+'),
      file: result.files.get(variant.id) ?? '',
    }));
}
